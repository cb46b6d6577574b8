import { type ExtensionKeys, type MessageType, parseJson } from '../../protocol/index.js';

/** What a client was sent, decoded: a message of either dialect, or how its connection has ended. */
export interface ReceivedFrame extends Omit<ExtensionKeys, 'once'> {
  /** `close`: the server has closed the connection; `unreadable`: it is no JSON. */
  readonly type: MessageType | 'close' | 'unreadable';
  readonly payload?: unknown;
  /** Whole seconds on the test's clock, which begins at 0. */
  readonly timestamp?: number;
  readonly metadata?: unknown;
  /** Of a reply to a command (CP8). */
  readonly result?: unknown;
  /** Of the first frame in v1 (CP20). */
  readonly hello?: Readonly<Record<string, unknown>>;
  /** Of a `close`. */
  readonly code?: number;
  readonly reason?: string;
  /** Of what is `unreadable`. */
  readonly data?: string | Uint8Array;
}

/**
 * The messages of a frame as it came: one, or those of an array (CP4). A message that was made by `WebSocketMessage` has
 * the machine's time, which no test could compare: it gets the time of the test's clock, by which it is of the future.
 *
 * @param now whole seconds
 */
export function decodeFrame(data: string | Uint8Array, now: number): readonly ReceivedFrame[] {
  const value = typeof data === 'string' ? parseJson(data) : undefined;
  if (typeof value !== 'object' || value === null) return [{ type: 'unreadable', data }];
  const frames = (Array.isArray(value) ? value : [value]) as readonly ReceivedFrame[];
  return frames.map((frame) =>
    frame.timestamp !== undefined && frame.timestamp > now ? { ...frame, timestamp: now } : frame,
  );
}

/** The event that a frame pushes; `undefined` if it is another message, a reply say. */
export function eventOf(frame: ReceivedFrame): { event: string; data: unknown } | undefined {
  if (frame.type !== 'event' || frame.ok !== undefined) return undefined;
  return frame.payload as { event: string; data: unknown };
}

/** What a reply says: of a command its `result`, of a message its payload, of an error the error. */
export function answerOf({ ok, result, payload, error }: ReceivedFrame): unknown {
  if (ok === false) return error;
  return result === undefined ? payload : result;
}
