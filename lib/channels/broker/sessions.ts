import type { Unsubscribable } from 'rxjs';
import type { Member } from '../members/member.js';
import { OnceReplies } from '../members/onceReplies.js';
import { Session } from '../members/session.js';
import type { Tables } from './tables.js';

/**
 * The sessions of clients of v1 (CP22): those of connections, and those whose connection was lost a short time ago. One
 * timer serves all, and none runs while nothing is lost.
 */
export class Sessions {
  /** By secret; the oldest first. */
  readonly #held = new Map<string, Session>();
  /** In the order of the losses. */
  readonly #lost = new Map<string, Session>();
  #clock: Unsubscribable | undefined;
  /** Of the replies that are kept in all of them. */
  bytes = 0;
  /** Who is told of each whose client cannot come back any more. */
  ended: ((session: Session) => void) | undefined;

  constructor(
    readonly tables: Pick<Tables, 'after' | 'kernel' | 'limits' | 'members' | 'newId' | 'tag'>,
  ) {}

  get size(): number {
    return this.#held.size + this.#lost.size;
  }

  /** Gives a connection that has come a session: the one that it had before it was handed over (X3), or a new one. */
  begin(member: Member): void {
    const { session } = member;
    const isBack = session?.holder === member.pid && this.find(session.secret) === session;
    if (isBack) return this.#hold(session, member);
    const { newId, tag } = this.tables;
    this.#makePlace();
    const secret = tag === '' ? newId('session') : `${tag}.${newId('session')}`;
    this.#hold(new Session(secret, member.connection.identity, member.pid), member);
  }

  #makePlace(): void {
    if (this.size < this.tables.limits.sessions) return;
    this.#drop(first(this.#lost) ?? first(this.#held));
  }

  /** The session of a secret, or why there is none. */
  find(secret: string): Session | 'unknown' | 'expired' {
    const lost = this.#lost.get(secret);
    if (lost === undefined) return this.#held.get(secret) ?? 'unknown';
    return this.#since(lost) < this.tables.limits.session ? lost : 'expired';
  }

  /** A connection goes on with a session, in place of its own; gives the one that had it, if that is there still. */
  takeOver(session: Session, member: Member): Member | undefined {
    const older = this.tables.members.get(session.holder);
    if (older === member) return undefined;
    this.#drop(member.session);
    this.#hold(session, member);
    return older;
  }

  /** Takes a session out, because its client goes on with it at another node. */
  release(session: Session): void {
    this.#takeOut(session);
  }

  /** A session has come from another node: for a connection, in place of its own, or for none that is there still. */
  adopt(session: Session, member: Member | undefined): void {
    this.#drop(member?.session);
    this.#makePlace();
    if (member !== undefined) return this.#hold(session, member);
    this.#takeOut(session);
    this.#wait(session);
  }

  /** A connection has ended: its session waits for its client. */
  lose({ pid, session }: Member, channels: Session['channels']): void {
    // Another connection may have taken it over.
    if (session?.holder !== pid) return;
    // Who has not subscribed yet may linger still in those of the connection before.
    if (channels.length > 0) session.channels = channels;
    if (this.#held.delete(session.secret)) this.#wait(session);
  }

  #wait(session: Session): void {
    session.lostAt = this.tables.kernel.uptime();
    this.#lost.set(session.secret, session);
    if (this.#clock === undefined) this.#sweep();
  }

  /** What the client of a session has asked for once; nothing is kept if that had to go for another one. */
  onceOf(session: Session): OnceReplies {
    const { secret } = session;
    const isOpen = this.#held.has(secret) || this.#lost.has(secret);
    session.once ??= new OnceReplies(this.tables.limits, this, isOpen);
    return session.once;
  }

  /** Whether more is kept than may be. */
  get isFull(): boolean {
    return this.bytes > this.tables.limits.onceTotal;
  }

  /** Counts bytes of replies that are kept, or no more; where there are too many, the sessions go that were lost first. */
  weigh(bytes: number): void {
    this.bytes += bytes;
    // Not within the end of one that goes, or each would be the end of the next, one within the other.
    while (bytes > 0 && this.isFull && this.#lost.size > 0) this.#drop(first(this.#lost));
  }

  /** The manager has ended. */
  end(): void {
    for (const session of [...this.#held.values(), ...this.#lost.values()]) this.#drop(session);
  }

  #hold(session: Session, member: Member): void {
    this.#takeOut(session);
    session.holder = member.pid;
    member.session = session;
    this.#held.set(session.secret, session);
  }

  #drop(session: Session | undefined): void {
    if (session === undefined) return;
    this.#takeOut(session);
    session.once?.close();
    this.ended?.(session);
  }

  #takeOut({ secret }: Session): void {
    this.#held.delete(secret);
    this.#lost.delete(secret);
    if (this.#lost.size > 0) return;
    this.#clock?.unsubscribe();
    this.#clock = undefined;
  }

  /** Ends those whose time is over, and comes again when that of the next one is. */
  #sweep(): void {
    for (const session of this.#lost.values()) {
      const rest = this.tables.limits.session + TOLD - this.#since(session);
      if (rest > 0) {
        this.#clock = this.tables.after(rest, () => this.#sweep());
        return;
      }
      this.#drop(session);
    }
  }

  /** Milliseconds since its connection was lost. */
  #since({ lostAt }: Session): number {
    return this.tables.kernel.uptime() - lostAt;
  }
}

/** Milliseconds for which it is known of a session that it has expired. */
const TOLD = 30_000;

const first = <Value>(map: ReadonlyMap<unknown, Value>): Value | undefined =>
  map.values().next().value;
