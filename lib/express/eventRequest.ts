import type { Request, Response } from 'express';
import type { WebSocketManager } from '../channels/index.js';
import { decodeRelayFields, type RelayFields } from '../codec/index.js';
import type { insideOf } from '../core/index.js';
import {
  type Admission,
  EventSocket,
  type PendingHandshake,
  type Refusal,
} from '../upgrade/index.js';
import { sendRefused } from './sendRefused.js';

/** A request for an event stream, until its answer is decided (SE1). */
export class EventRequest implements PendingHandshake {
  key: string | undefined;
  #isOver = false;

  constructor(
    readonly request: Request,
    readonly response: Response,
    readonly admission: Admission,
  ) {}

  /** Asks the manager, unless the client may not ask at all; it is over when the client has gone. */
  run(inside: Inside, asked: Parameters<Inside['handshake']>[0]): void {
    const { admission, request, response } = this;
    const refusal = admission.enter(this, request);
    if (refusal !== undefined) return this.refuse(refusal);
    response.once('close', () => admission.leave(this));
    admission.followers.serve(this, request, () => {
      const asking = inside.handshake(asked, (outcome) => {
        if ('relay' in outcome) this.#open(inside, outcome);
        else this.refuse({ status: outcome.status, text: outcome.body ?? '' });
      });
      response.once('close', () => asking.unsubscribe());
    });
  }

  /** It is let in. */
  #open(inside: Inside, { id, relay }: Accepted): void {
    const { admission, request, response } = this;
    // Also where the client is refused after all.
    if (id !== undefined) response.once('close', () => inside.arrivals.forget(id));
    if (this.#isAnswered) return;
    if (request.method === 'HEAD') {
      this.#end(200);
      response.writeHead(200, EventSocket.HEAD).end();
      return;
    }
    const decoded = decodeRelayFields(relay as RelayFields);
    const config = decoded._tag === 'Left' ? decoded.left : decoded.right;
    const answer = { config, owned: undefined, headers: [], protocol: undefined };
    const refusal = admission.admit(this, answer);
    if (refusal === undefined) this.#isOver = true;
    else this.refuse(refusal);
  }

  refuse(refusal: Refusal): void {
    if (this.#isAnswered) return;
    this.#end(refusal.status);
    sendRefused(this.request, this.response, refusal);
  }

  /** Also by others: middleware may have a clock of its own. */
  get #isAnswered(): boolean {
    return this.#isOver || this.response.headersSent;
  }

  #end(status: number): void {
    this.#isOver = true;
    this.admission.answered(this, status);
    this.admission.leave(this);
  }
}

type Inside = WebSocketManager[typeof insideOf];
type Accepted = Extract<
  Parameters<Parameters<Inside['handshake']>[1]>[0],
  { readonly relay: unknown }
>;
