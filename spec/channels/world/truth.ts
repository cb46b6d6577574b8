import { Watched } from './watched.js';

/** What was sent to a channel, by epoch and offset, since the world began. */
export class Truth {
  readonly watched = new Watched();
  readonly #epochs = new Map<string, Map<number, Sent>>();

  of(epoch: string): Map<number, Sent> {
    let sent = this.#epochs.get(epoch);
    if (sent === undefined) {
      sent = new Map();
      this.#epochs.set(epoch, sent);
    }
    return sent;
  }
}

export interface Sent {
  readonly n: number;
  readonly key: string;
}
