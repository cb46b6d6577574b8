/** The socket that a client has: as much of a browser's as clients use. */
export class FakeWebSocket {
  binaryType = 'blob';
  protocol = '';
  /** 0 connecting, 1 open, 3 closed. */
  readyState = 0;
  onopen: ((event: object) => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null = null;
  onerror: ((event: object) => void) | null = null;
  readonly #hear: (act: ClientAct) => void;

  constructor(hear: (act: ClientAct) => void) {
    this.#hear = hear;
  }

  send(data: unknown): void {
    const value = typeof data === 'string' ? parsed(data) : undefined;
    if (value === undefined) this.#hear({ type: 'data', data });
    else this.#hear({ type: 'frame', messages: [value].flat() as never });
  }

  close(code?: number, reason = ''): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#hear({ type: 'close', code, reason });
  }
}

/** What a client does. */
export type ClientAct =
  | { readonly type: 'dial'; readonly url: string; readonly protocols: readonly string[] }
  /** A frame: its messages, one or those of an array. */
  | { readonly type: 'frame'; readonly messages: readonly Readonly<Record<string, unknown>>[] }
  /** A frame that is no JSON. */
  | { readonly type: 'data'; readonly data: unknown }
  | { readonly type: 'close'; readonly code: number | undefined; readonly reason: string };

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
