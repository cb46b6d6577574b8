import type { RequestId } from '../../protocol/index.js';
import type { ReceivedFrame } from './receivedFrame.js';

/** What a client keeps to come back with (CP22): the secret of its session, and how often it has dialled. */
export class ClientSession {
  #secret: string | undefined;
  /** That of the last welcome, which stands if the other one does not go on. */
  #fresh: string | undefined;
  #dials = 0;
  /** The id of its `resume`. */
  ref: RequestId | undefined;
  /** Whether it goes on; `undefined` while that is not known. */
  resumed: boolean | undefined;

  dial(): void {
    this.#dials++;
    this.ref = undefined;
    this.resumed = undefined;
  }

  /** Something has come. Gives what is to be asked, if that is the welcome and there is a session to go on with. */
  hear({ hello, id, ok, result }: ReceivedFrame, resume = false): object | undefined {
    if (hello !== undefined) {
      this.#fresh = hello.session as string;
      if (resume && this.#secret !== undefined) return { session: this.#secret, n: this.#dials };
      this.#secret = this.#fresh;
    } else if (id !== undefined && id === this.ref && ok !== undefined) {
      this.resumed = (result as { resumed?: boolean } | undefined)?.resumed === true;
      if (!this.resumed) this.#secret = this.#fresh;
    }
    return undefined;
  }
}
