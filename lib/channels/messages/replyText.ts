import {
  mayRetry,
  type RequestId,
  type WireError,
  type WireMessage,
} from '../../protocol/index.js';
import { channelFrame } from './encoded.js';
import { encodeMessage } from './webSocketMessage.js';

/** The text of a reply: extension keys, in their order, before those of the message (CP2, CP8); `result` is JSON. */
export function replyText(id: RequestId, message: WireMessage, result?: string): string {
  const value = result === undefined ? '' : `"result":${result},`;
  return `{"id":${JSON.stringify(id)},"ok":true,${value}${encodeMessage(message).slice(1)}`;
}

/** The text of an error, of a request if there is an id (CP8, CP10). */
export function errorText(
  id: RequestId | undefined,
  error: WireError,
  message: WireMessage,
): string {
  const head = id === undefined ? '' : `"id":${JSON.stringify(id)},"ok":false,`;
  return `{${head}"error":${JSON.stringify(error)},${encodeMessage(message).slice(1)}`;
}

/** The text of what the system says to people. */
export const systemText = (payload: string, timestamp: number): string =>
  encodeMessage({ type: 'system', payload, timestamp });

/** The text of an event of the library's own, in a channel (B28, B31). */
export function eventText(
  channel: string,
  event: string,
  data: unknown,
  timestamp: number,
): string {
  const payload = { event, data };
  const plain = encodeMessage({ type: 'event', payload, timestamp });
  return channelFrame(channel, plain);
}

/** The same of data that are JSON already, as a long list that many ask for. */
export function eventTextOf(
  channel: string,
  event: string,
  json: string,
  timestamp: number,
): string {
  const payload = `{"event":${JSON.stringify(event)},"data":${json}}`;
  return channelFrame(channel, `{"type":"event","payload":${payload},"timestamp":${timestamp}}`);
}

/** An error as the client is told, keys in the order of the wire. */
export function wireError(code: string, message: string, given: ErrorOptions = {}): WireError {
  const { retry = mayRetry(code), after, details } = given;
  return {
    code,
    message,
    retry,
    ...(after !== undefined && { after }),
    ...(details !== undefined && { details }),
  };
}

/** What may be said of an error beside its code and text. */
export interface ErrorOptions {
  readonly retry?: boolean | undefined;
  /** Milliseconds. */
  readonly after?: number | undefined;
  readonly details?: unknown;
}
