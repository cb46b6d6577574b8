import { Duplex } from 'node:stream';

/** Two ends of a connection without a network: what one writes the other reads, piece by piece. */
export function pipe(): [client: Duplex, server: Duplex] {
  const client = new End();
  const server = new End();
  client.other = server;
  server.other = client;
  return [client, server];
}

class End extends Duplex {
  other!: End;
  #written: (() => void) | undefined;

  override _read(): void {
    const written = this.#written;
    this.#written = undefined;
    written?.();
  }

  /** A piece is written once the other end asks for more, as TCP does it. */
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const { other } = this;
    if (other.destroyed || other.readableEnded) return done();
    if (other.push(Buffer.from(chunk))) return done();
    other.#written = done;
  }

  /** The end comes in a turn of its own, as TCP's does. */
  override _final(done: () => void): void {
    setImmediate(() => {
      if (!this.other.destroyed) this.other.push(null);
      done();
    });
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    done(error);
    const { other } = this;
    const written = this.#written;
    this.#written = undefined;
    written?.();
    if (!other.destroyed && !other.readableEnded && !this.writableFinished) other.push(null);
  }
}
