import type { Pid } from '../../core/index.js';
import type { Member } from '../members/member.js';
import type { OnceReplies, Running } from '../members/onceReplies.js';

/** A once-request of a session that has come here while its handler runs on another node, which will tell its reply. */
export class RunningThere implements Running {
  readonly #id: number;
  readonly #replies: OnceReplies;
  /** Who waits for it here. */
  #waits: Member | undefined;

  constructor(
    id: number,
    readonly at: Pid,
    replies: OnceReplies,
  ) {
    this.#id = id;
    this.#replies = replies;
    replies.begin(id, this);
  }

  get member(): Member {
    return this.#waits as Member;
  }

  attach(member: Member): void {
    this.#waits = member;
    member.conversation?.pending.add(this.#id);
  }

  /** It ends where it runs. */
  sessionOver(): void {}

  answered(text: string): void {
    this.#replies.keep(this.#id, text);
    this.#waited()?.write(text);
  }

  /** Nobody will tell it: whether it was done is not known (CP23). */
  lost(): void {
    if (!this.#replies.lose(this.#id)) return;
    const member = this.#waited();
    if (member !== undefined) this.#replies.repeat(this.#id, member);
  }

  #waited(): Member | undefined {
    this.#waits?.conversation?.pending.delete(this.#id);
    return this.#waits?.isHere ? this.#waits : undefined;
  }
}
