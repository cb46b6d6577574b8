import type { ClientFrame } from '../../codec/index.js';
import type { Member } from '../members/member.js';
import type { OnceReplies, Running } from '../members/onceReplies.js';
import { Exchange } from './exchange.js';

/**
 * A request that is performed at most once (CP23). Until the application has it, it ends with its connection, as any
 * request, and may be asked for again; from then on it belongs to the session, which keeps the answer for the client that
 * comes back.
 */
export class OnceExchange extends Exchange implements Running {
  readonly #replies: OnceReplies;
  readonly #id: number;
  #hasBegun = false;
  #cancel = nothing;
  #stay: () => void;

  constructor(member: Member, frame: ClientFrame, raw: string, size: number, replies: OnceReplies) {
    super(member, frame, raw, size);
    this.#replies = replies;
    this.#id = frame.id as number;
    replies.begin(this.#id, this);
    this.#stay = super.onUnheard(this.#lost);
  }

  override get isHeard(): boolean {
    return super.isHeard || (this.#hasBegun && this.#replies.isOpen);
  }

  override begin(): void {
    this.#hasBegun = true;
  }

  /** It may be asked for again; if nobody is there to hear that, it is the answer. */
  override refuse(...why: Parameters<Exchange['fail']>): boolean {
    if (super.isHeard) this.#hasBegun = false;
    return this.fail(...why);
  }

  override onUnheard(cancel: () => void): () => void {
    this.#cancel = cancel;
    return nothing;
  }

  attach(member: Member): void {
    this.member = member;
    member.conversation?.pending.add(this.#id);
    this.#stay = super.onUnheard(this.#lost);
  }

  sessionOver(): void {
    if (!super.isHeard) this.#cancel();
  }

  protected override send(text: string): boolean {
    this.#stay();
    if (!this.#hasBegun) this.#replies.withdraw(this.#id);
    else this.#replies.keep(this.#id, text);
    // What is kept is an answer, whether anybody waits for it or not.
    return (super.isHeard && super.send(text)) || this.#hasBegun;
  }

  readonly #lost = (): void => {
    if (!this.#hasBegun) this.#replies.withdraw(this.#id);
    else if (!this.#replies.isOpen) this.#cancel();
  };
}

const nothing = (): void => {};
