import type { ServerResponse } from 'node:http';
import { Writable } from 'node:stream';

/** An answer of HTTP without a connection: what was written, and a client that reads or does not. */
export class FakeResponse extends Writable {
  readonly head: unknown[] = [];
  text = '';
  flushes = 0;
  shouldKeepAlive = true;
  readonly socket = null;
  /** Whether the client reads; what was written before waits until then. */
  #isReading = true;
  readonly #unread: (() => void)[] = [];

  constructor() {
    super({ highWaterMark: 1_024, decodeStrings: false });
  }

  /** As the library takes it. */
  get response(): ServerResponse {
    return this as unknown as ServerResponse;
  }

  writeHead(...head: unknown[]): this {
    this.head.push(...head);
    return this;
  }

  /** What middleware that compresses has. */
  flush(): void {
    this.flushes++;
  }

  /** The events so far, each as its fields; comments and `retry` as well. */
  get events(): string[] {
    return this.text.split('\n\n').slice(0, -1);
  }

  stop(): void {
    this.#isReading = false;
  }

  read(): void {
    this.#isReading = true;
    for (const done of this.#unread.splice(0)) done();
  }

  override _write(chunk: Buffer | string, _encoding: string, done: () => void): void {
    this.text += chunk;
    if (this.#isReading) done();
    else this.#unread.push(done);
  }
}
