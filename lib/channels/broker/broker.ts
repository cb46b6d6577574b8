import type { Pid } from '../../core/index.js';
import { Conversation } from '../members/conversation.js';
import type { Member, MemberOwner } from '../members/member.js';
import type { Elsewhere } from '../presence/presenceOwner.js';
import { Departures } from './departures.js';
import { Gatherings } from './gatherings.js';
import { Laggards } from './laggards.js';
import type { Ports } from './ports.js';
import { Sessions } from './sessions.js';
import { Tables } from './tables.js';

/**
 * The inside of a manager: by it clients come and go, and what is sent finds them. The rooms above it decide who comes
 * in; users see it as `WebSocketManager`. `rooms`, `fellows` and `asked` are of rooms above: whoever makes a broker gives it these.
 *
 * The room `broker` has what changes a manager: begin here; `tables.ts` is what it knows, and a change is a function of a
 * file of its own, such as `join.ts`, `leave.ts`, `expel.ts` and `sendTo.ts`.
 */
export class Broker extends Tables implements MemberOwner, Ports {
  readonly gatherings = new Gatherings(this);
  readonly departures = new Departures();
  readonly sessions = new Sessions(this);
  readonly laggards = new Laggards(this);
  rooms!: Ports['rooms'];
  asked!: Ports['asked'];
  fellows: Ports['fellows'];
  /** Whether its process has ended. */
  hasEnded = false;

  get scope(): string | undefined {
    return this.fellows?.scope ?? this.name;
  }

  get tag(): string {
    return this.fellows?.clients.tag ?? '';
  }

  get elsewhere(): Elsewhere | undefined {
    return this.fellows?.clients.presence;
  }

  sent(count: number): void {
    this.counters.sent += count;
  }

  /** What a client waits for, made when it first does. */
  conversationOf(member: Member): Conversation {
    member.conversation ??= new Conversation(this.limits, () => this.kernel.uptime());
    return member.conversation;
  }

  // --- who is connected -----------------------------------------------------------------------------

  /** Whether it is connected still. */
  has(member: Member): boolean {
    return this.members.get(member.pid) === member;
  }

  add(member: Member): void {
    this.members.set(member.pid, member);
    this.publicIds.set(member.connection.id, member);
    this.counters.opened++;
    this.fellows?.clients.figures.changed();
  }

  /** The end of its process: it is out of everything before anybody can be told (B8). */
  released(member: Member): void {
    const { closeCode = 1006 } = member;
    this.counters.close(closeCode);
    this.remove(member);
  }

  /** Takes a connection out of the tables and of all its channels; nothing if it is not there. */
  remove(member: Member): void {
    if (!this.has(member)) return;
    this.members.delete(member.pid);
    this.fellows?.clients.figures.changed();
    this.publicIds.delete(member.connection.id);
    const channels = this.channels.of(member.process);
    // Who has closed it itself, and for good, does not come back (PR7).
    const lingers = member.closeCode !== 1000;
    for (const channel of channels) this.channels.exit(channel, member, lingers);
    member.conversation?.end();
    this.sessions.lose(member, channels);
    this.laggards.remove(member);
    this.departures.add(member, channels);
    // Last, because whoever is told may look anywhere (B33).
    this.asked.end(member);
    for (const channel of channels) this.channels.tell(channel, 'left', member);
  }

  /** The relay says why a client has gone, or that it was handed over to another process (X3). */
  left(pid: Pid, reason: string): void {
    const living = this.members.get(pid);
    if (living !== undefined) {
      // The next manager may hold it already.
      if (living.line.holder === living) living.line.holder = undefined;
      this.remove(living);
    }
    const member = this.departures.left(pid, reason);
    if (member !== undefined) this.tell('left', member, reason);
    this.#lookIfEmpty();
  }

  /** Resolves when all clients have left, and all that are to hear of it have been told. */
  whenEmpty(): Promise<void> {
    return new Promise((resolve) => {
      this.#onEmpty = resolve;
      this.#lookIfEmpty();
    });
  }

  #onEmpty: (() => void) | undefined;

  #lookIfEmpty(): void {
    if (this.members.size + this.departures.size === 0) this.#onEmpty?.();
  }

  /** Tells the subscribers of `connections$`. */
  tell(type: 'joined' | 'left', { connection, closeCode }: Member, reason?: string): void {
    const { connections } = this.streams;
    if (!connections.observed) return;
    const count = this.members.size;
    if (type === 'joined') return connections.next({ type, connection, count });
    connections.next({
      ...{ type, connection, count },
      ...(closeCode !== undefined && { code: closeCode }),
      ...(reason !== undefined && { reason }),
    });
  }

  /** The manager's process ends, and all that is its own with it; clients are closed by the relay. */
  end(): void {
    this.hasEnded = true;
    for (const channel of this.channels) channel.room?.stop();
    for (const member of [...this.members.values()]) this.remove(member);
    this.channels.end();
    this.sessions.end();
    this.departures.clear();
    this.streams.complete();
    this.fellows?.end();
    this.#lookIfEmpty();
  }
}
