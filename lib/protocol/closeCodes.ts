/**
 * Every close code that a WebSocket of this library may see, and whether a client should come back after it
 * (Z6). The relay, the documents and clients take codes and names from here.
 */
export const closeCodes = Object.freeze([
  row(1000, 'done', 'nothing more to say', 'no'),
  row(1001, 'going away', 'the server shuts down, or the page is left', 'yes'),
  row(1002, 'protocol error', 'a frame was malformed', 'no'),
  row(1003, 'unsupported data', 'text or bytes were not expected', 'no'),
  row(1005, 'no code', 'the close frame had no code', 'yes'),
  row(1006, 'connection lost', 'there was no close frame', 'yes'),
  row(1007, 'invalid payload', 'a text was no UTF-8', 'no'),
  row(1008, 'policy', 'what the client did is not allowed', 'no'),
  row(1009, 'message too big', 'a message was above the limit', 'yes'),
  row(1010, 'extension missing', 'the server lacks what the client needs', 'no'),
  row(1011, 'internal error', 'what served the client has crashed', 'yes'),
  row(1012, 'restart', 'the server restarts', 'yes'),
  row(1013, 'overloaded', 'the client, its target or the server is too slow', 'yes', 5_000),
  row(1014, 'bad gateway', 'a proxy lost the server', 'yes'),
  row(4400, 'bad message', 'a message broke the protocol of the application', 'no'),
  row(4401, 'unauthorized', 'the token is missing, bad or expired', 'new token'),
  row(4403, 'forbidden', 'this client may not be here', 'no'),
  row(4406, 'bad version', 'the protocol version is not spoken here', 'no'),
  row(4408, 'timeout', 'no hello came, or no answer to a probe', 'yes'),
  row(4409, 'taken over', 'the session goes on at another connection', 'no'),
  row(4429, 'too many', 'too many connections or messages', 'yes', 10_000),
] as const satisfies readonly CloseCode[]);

/** What a close code says to a client. */
export interface CloseCode<C extends number = number> {
  readonly code: C;
  /** One or two words, the same for ever. */
  readonly name: string;
  readonly meaning: string;
  /** Whether a client should come back: `'new token'` means only with another token than before. */
  readonly reconnect: 'yes' | 'no' | 'new token';
  /** Milliseconds that it should wait at least; 0: as its own back-off says. */
  readonly after: number;
}

/**
 * What a close code says: a row of `closeCodes`; for the other codes of libraries (3000–3999) and applications
 * (4000–4999) a row that says `'yes'` and `'no'`. `undefined` for what no close event has.
 *
 * @example closeCode(event.code)?.reconnect
 */
export function closeCode(code: KnownCode): CloseCode;
export function closeCode(code: number): CloseCode | undefined;
export function closeCode(code: number): CloseCode | undefined {
  const known = BY_CODE.get(code);
  if (known !== undefined || !Number.isInteger(code) || code < 3000 || code > 4999) return known;
  if (code < 4000) return row(code, 'other 3xxx', 'a code of a library', 'yes');
  return row(code, 'other 4xxx', 'a code of the application', 'no');
}

type KnownCode = (typeof closeCodes)[number]['code'];

const BY_CODE: ReadonlyMap<number, CloseCode> = new Map(
  closeCodes.map((each) => [each.code, each]),
);

function row<C extends number>(
  code: C,
  name: string,
  meaning: string,
  reconnect: CloseCode['reconnect'],
  after = 0,
): CloseCode<C> {
  return Object.freeze({ code, name, meaning, reconnect, after });
}
