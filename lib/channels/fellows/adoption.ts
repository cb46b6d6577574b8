import type { Unsubscribable } from 'rxjs';
import type { Pid } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import { takeFrom } from '../broker/takeFrom.js';
import type { Member } from '../members/member.js';
import { Session } from '../members/session.js';
import type { FarPresence } from './farPresence.js';
import type { Claim, HandedOver, SessionThere } from './frames.js';
import type { Kept } from './questions.js';
import { RunningThere } from './runningThere.js';

/** The sessions that have come from other nodes, and what of their requests runs there still (CP23). */
export class Adoption {
  readonly #broker: Broker;
  readonly #presence: FarPresence;
  readonly #sessions = new Map<string, Running>();

  constructor(broker: Broker, presence: FarPresence) {
    this.#broker = broker;
    this.#presence = presence;
  }

  get size(): number {
    return this.#sessions.size;
  }

  get secrets(): Iterable<string> {
    return this.#sessions.keys();
  }

  /** A session has come, for a connection; if that is gone, it waits for its client as any other. */
  take(
    [secret, n, identity]: Claim,
    [once, presence]: SessionThere,
    member: Member,
    kept: readonly Kept[],
  ): void {
    const { sessions, limits } = this.#broker;
    const session = new Session(secret, identity, member.pid);
    session.dials = n;
    sessions.adopt(session, member.isHere ? member : undefined);
    this.#presence.adopt(session, presence);
    const running: Running = { all: [], clock: undefined };
    this.#sessions.set(secret, running);
    if (once === undefined) return;
    const replies = sessions.onceOf(session);
    replies.remember(once);
    running.all = once.running.map(([id, at]) => new RunningThere(id, at as Pid, replies));
    for (const [id, text] of kept) replies.answered(id, text);
    if (running.all.length === 0) return;
    // There it has ended by then.
    const wait = limits.requestTimeout + GRACE;
    running.clock = this.#broker.after(wait, () => this.#lose(running, () => true));
  }

  /**
   * A session goes to another node: gives all that belongs to it; `onward` is called with the replies of what runs still.
   *
   * @param at where that is
   */
  give(session: Session, claim: Claim, at: Pid, onward: (...kept: Kept) => void): HandedOver {
    const { sessions, members } = this.#broker;
    const { secret, identity, dials, holder } = session;
    if (identity !== claim[2]) return 'identity';
    if (claim[1] <= dials) return 'late';
    const older = members.get(holder);
    if (older !== undefined) takeFrom(this.#broker, older);
    sessions.release(session);
    this.ended(secret);
    const once = session.once?.moveTo((id, text) => {
      // It may be back.
      if (!this.answered(secret, id, text)) onward(id, text);
    });
    const running = once?.running.map(([id, place = at]) => [id, place] as const);
    return [once && { ...once, running: running ?? [] }, this.#presence.surrender(session)];
  }

  /** A handler of another node is done; `false`: the session is not here. */
  answered(secret: string, id: number, text: string): boolean {
    const found = this.#broker.sessions.find(secret);
    return found instanceof Session && found.once?.answered(id, text) === true;
  }

  /** A session goes, or has ended; `false`: it was none of these. */
  ended(secret: string): boolean {
    this.#sessions.get(secret)?.clock?.unsubscribe();
    return this.#sessions.delete(secret);
  }

  /** A fellow is lost: nobody will tell how its handlers have ended. */
  lose(fellow: Pid): void {
    for (const running of this.#sessions.values()) this.#lose(running, ({ at }) => at === fellow);
  }

  #lose(running: Running, isLost: (each: RunningThere) => boolean): void {
    const lost = running.all.filter(isLost);
    running.all = running.all.filter((each) => !isLost(each));
    for (const each of lost) each.lost();
  }

  end(): void {
    for (const { clock } of this.#sessions.values()) clock?.unsubscribe();
    this.#sessions.clear();
  }
}

/** What runs elsewhere of one session. */
interface Running {
  all: readonly RunningThere[];
  clock: Unsubscribable | undefined;
}

/** Milliseconds by which a reply may come later than it was due. */
const GRACE = 2_000;
