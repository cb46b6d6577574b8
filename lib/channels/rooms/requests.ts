import type { Message, Ref } from '../../core/index.js';
import { check } from '../../protocol/index.js';
import { behind } from '../broker/behind.js';
import type { Broker } from '../broker/broker.js';
import type { ErrorOptions } from '../messages/replyText.js';
import type { Said } from '../table/room.js';
import { checks } from './checks.js';

/** The requests of clients that a channel's process has and has not answered: each is a call to it (CP9, M13). */
export class Requests {
  readonly #pending = new Map<Ref, Said>();

  constructor(
    readonly broker: Broker,
    /** The channel. */
    readonly name: string,
  ) {}

  get size(): number {
    return this.#pending.size;
  }

  /** Waits for the reply, which comes in order with all else that the process sends. */
  open(said: Said): Ref {
    const { kernel } = this.broker;
    const ref = kernel.nextRef();
    this.#pending.set(ref, said);
    kernel.calls.expect(ref, {
      receive: (payload) => {
        this.#pending.delete(ref);
        behind(this.broker, this.name, () => this.#answer(said, payload));
      },
    });
    return ref;
  }

  /** Its client does not wait any more: an answer from now on is a drop event. */
  forget(ref: Ref): void {
    if (this.#pending.delete(ref)) this.broker.kernel.calls.forget(ref);
  }

  /** Answers with an error, or tells who has given no id (CP10); `false` if nobody waits for it. */
  fail(message: Failed, code: string, text: string, options?: ErrorOptions): boolean {
    const ref = message?.ref;
    const said = ref === undefined ? checks.get(Object(message?.payload)) : this.#pending.get(ref);
    if (said === undefined) return false;
    if (ref !== undefined) this.forget(ref);
    said.answer.fail(code, text, options);
    return true;
  }

  /** Answers as a reply does, which is nothing for who has given no id. */
  done({ ref }: Pick<Message, 'ref'>, payload: unknown): void {
    const said = ref === undefined ? undefined : this.#pending.get(ref);
    if (ref === undefined || said === undefined) return;
    this.forget(ref);
    this.#answer(said, payload);
  }

  /** The process has ended. */
  failAll(): void {
    for (const ref of [...this.#pending.keys()]) this.fail({ ref }, 'crashed', ENDED);
  }

  #answer({ answer, checkedBy, event }: Said, payload: unknown): void {
    try {
      if (payload instanceof Error) return answer.fail('failed', payload.message);
      const checked = check(checkedBy?.reply, payload);
      if ('value' in checked) return answer.done(payload);
      const [first] = checked.issues;
      throw new Error(`${first?.path}: ${first?.message}`);
    } catch (error) {
      this.broker.report(`the reply to ${event ?? 'a message'}`, error);
      answer.fail('internal', 'Internal error');
    }
  }
}

/** A message, of which there may be no more than how it is answered. */
type Failed = Partial<Pick<Message, 'ref' | 'payload'>> | undefined;

/** What a client is told whose request or join a process has not answered before its end (B25). */
export const ENDED = 'The process of the channel has ended';
