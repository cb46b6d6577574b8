import type { EventFields } from '../relay/index.js';

/**
 * Encodes one message of an event stream: a text is its data, line by line. Bytes, for which a stream has no place,
 * are an event `binary` with their base64 (SE4).
 */
export function encodeEvent(data: string | Uint8Array, fields?: EventFields): Buffer {
  if (typeof data !== 'string') {
    return encode(Buffer.from(data).toString('base64'), { ...fields, event: 'binary' });
  }
  if (lastText === data && lastFields === fields && lastEvent !== undefined) return lastEvent;
  lastText = data;
  lastFields = fields;
  lastEvent = encode(data, fields);
  return lastEvent;
}

/** A text that is sent to many clients in a loop is encoded once, as `encodeFrame` does it. */
let lastText: string | undefined;
let lastFields: EventFields | undefined;
let lastEvent: Buffer | undefined;

/** Forgets it, so that its memory is free while nothing is sent. */
export function forgetEvent(): void {
  lastText = undefined;
  lastFields = undefined;
  lastEvent = undefined;
}

function encode(text: string, { event, id }: EventFields = {}): Buffer {
  const head = `${line('event', event)}${line('id', id)}`;
  return Buffer.from(`${head}data: ${text.replace(LINE_END, '\ndata: ')}\n\n`);
}

const line = (name: string, value: string | undefined): string =>
  value === undefined ? '' : `${name}: ${value}\n`;

/** All that ends a line in a stream, and would end the data. */
const LINE_END = /\r\n|\r|\n/g;
