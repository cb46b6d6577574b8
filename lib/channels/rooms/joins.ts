import type { Message, Ref } from '../../core/index.js';
import type { JoinRequest } from '../definitions/joinHook.js';
import type { Admitting } from '../table/room.js';
import { ENDED } from './requests.js';

/** The joins that wait for the answer of a channel's process (B24), or for a process that they can be asked of. */
export class Joins {
  readonly #pending = new Map<Ref, Join>();

  get size(): number {
    return this.#pending.size;
  }

  add(ref: Ref, request: JoinRequest, answer: Admitting): Join {
    const join = { ref, request, answer, isAsked: false };
    this.#pending.set(ref, join);
    return join;
  }

  delete(ref: Ref): void {
    this.#pending.delete(ref);
  }

  /** Takes out what a message asks; `undefined`: nobody waits for an answer to it. */
  take(message: Pick<Message, 'ref'>): Join | undefined {
    const ref = message?.ref;
    const join = ref === undefined ? undefined : this.#pending.get(ref);
    if (join !== undefined) this.#pending.delete(join.ref);
    return join;
  }

  /** Those that wait, the oldest first, as a copy. */
  get all(): readonly Join[] {
    return [...this.#pending.values()];
  }

  /** The process that they were asked of has ended (B25). */
  failAsked(): void {
    for (const join of this.all) if (join.isAsked) this.#fail(join);
  }

  /** There will be no process for them. */
  failAll(): void {
    for (const join of this.all) this.#fail(join);
  }

  #fail(join: Join): void {
    this.delete(join.ref);
    join.answer.refuse('crashed', ENDED);
  }
}

/** A client that wants to join. */
export interface Join {
  readonly ref: Ref;
  readonly request: JoinRequest;
  readonly answer: Admitting;
  /** Whether the process that runs has been asked. */
  isAsked: boolean;
}
