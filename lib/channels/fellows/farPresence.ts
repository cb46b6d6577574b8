import type { Pid } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import { presenceOf } from '../broker/presenceOf.js';
import type { Session } from '../members/session.js';
import { FarAttendance } from '../presence/farAttendance.js';
import type { PresenceItem } from '../presence/presenceEntry.js';
import type { Elsewhere } from '../presence/presenceOwner.js';
import { type FellowProcess, type Part, taking } from './fellowProcess.js';
import { frames, type Here, type PresentThere, type SessionThere } from './frames.js';

/**
 * Who is present on other nodes, and what they are told of who is present here (PR13). Each node speaks for its own: at the
 * end of a batch for what that has changed, and for everybody to a fellow that comes.
 */
export class FarPresence implements Part, Elsewhere {
  readonly #broker: Broker;
  readonly #own: FellowProcess;
  /** By channel. Invariant: there is one while somebody is in it, or is told of it. */
  readonly #far = new Map<string, FarAttendance>();
  /** By channel, the refs of which fellows are to be told. */
  readonly #changes = new Map<string, Set<string>>();
  /** Of fellows that have not told everything yet: what they have. */
  readonly #telling = new Map<Pid, readonly PresentThere[]>();
  readonly takes = [taking(frames.here, (here, from) => this.#hear(here, from))];

  constructor(broker: Broker, own: FellowProcess) {
    this.#broker = broker;
    this.#own = own;
  }

  /** Of how many channels others have told. */
  get size(): number {
    return this.#far.size;
  }

  // --- what others are told -------------------------------------------------------------------------

  changed(channel: string, ref: string): void {
    if (this.#own.fellows.size === 0) return;
    if (this.#changes.size === 0) this.#broker.kernel.queue.afterDrain(() => this.#tell());
    const refs = this.#changes.get(channel);
    if (refs === undefined) this.#changes.set(channel, new Set([ref]));
    else refs.add(ref);
  }

  #tell(): void {
    const rows = [...this.#changes].map(([channel, refs]) => this.#row(channel, [...refs]));
    this.#changes.clear();
    // Who goes in order says nothing of that: its clients come back elsewhere, and until then others have them linger (PR14).
    if (!this.#broker.hasEnded) this.#own.tellAll(frames.here, [undefined, rows]);
  }

  fellowUp(fellow: Pid): void {
    const rows: PresentThere[] = [];
    for (const { channel, attendance } of this.#broker.channels.presences) {
      const refs = [...attendance.ownRefs];
      for (let i = 0; i < refs.length; i += MAX_ROW) {
        rows.push(this.#row(channel, refs.slice(i, i + MAX_ROW)));
      }
    }
    // In several messages, as one may be only so large.
    for (let rest = rows.length; rest > 1; rest--) {
      this.#own.tell(fellow, frames.here, [rest - 1, rows.splice(0, 1)]);
    }
    this.#own.tell(fellow, frames.here, [0, rows]);
  }

  /** What this node says of some refs in a channel. */
  #row(channel: string, refs: readonly string[]): PresentThere {
    const attendance = this.#broker.channels.presenceOf(channel)?.attendance;
    const items = refs.flatMap((ref) => attendance?.own(ref) ?? []);
    const left = refs.filter((ref) => attendance?.own(ref) === undefined);
    return [channel, JSON.stringify(items), left];
  }

  // --- what others tell -----------------------------------------------------------------------------

  #hear([rest, rows]: Here, from: Pid): void {
    if (rest === undefined) {
      for (const row of rows) this.#change(from, row);
      return;
    }
    const all = [...(this.#telling.get(from) ?? []), ...rows];
    if (rest > 0) this.#telling.set(from, all);
    else this.#replace(from, all);
  }

  #change(from: Pid, [channel, items, left]: PresentThere): void {
    for (const item of read(items)) this.#shown(channel).say(from, item);
    const far = this.#far.get(channel);
    const presence = this.#broker.channels.presenceOf(channel);
    for (const ref of left) {
      // First, as this node may say it still of a client that has gone there.
      presence?.attendance.dismiss(ref, from);
      far?.unsay(from, ref);
    }
    presence?.settle();
    this.#tidy(channel);
  }

  /** All that a fellow has: who is in a channel of which it says nothing is not there any more. */
  #replace(from: Pid, rows: readonly PresentThere[]): void {
    this.#telling.delete(from);
    const all = new Map<string, PresenceItem[]>();
    for (const channel of this.#far.keys()) all.set(channel, []);
    for (const [channel, items] of rows) {
      all.set(channel, [...(all.get(channel) ?? []), ...read(items)]);
    }
    for (const [channel, items] of all) {
      const far = items.length > 0 ? this.#shown(channel) : this.#far.get(channel);
      far?.replace(from, items);
      this.#tidy(channel);
    }
  }

  fellowDown(fellow: Pid): void {
    const { channels, kernel } = this.#broker;
    this.#telling.delete(fellow);
    for (const [channel, far] of [...this.#far]) {
      const plan = far.changed && channels.presenceOf(channel)?.plan;
      if (plan === undefined) far.replace(fellow, []);
      else far.lose(fellow, kernel.uptime() + plan.linger);
      this.#tidy(channel);
    }
  }

  // --- sessions that go from node to node (PR15) ----------------------------------------------------

  /** As whom a client lingers here that goes on elsewhere. */
  surrender(session: Session): SessionThere[1] {
    return session.channels.flatMap(({ name }) => {
      const item = this.#broker.channels.presenceOf(name)?.attendance.surrender(session);
      return item === undefined ? [] : [[name, JSON.stringify(item)] as const];
    });
  }

  /** The same client lingers here from now on. */
  adopt(session: Session, items: SessionThere[1]): void {
    session.channels = items.map(([name]) => ({ name }));
    for (const [channel, text] of items) {
      const presence = presenceOf(this.#broker, channel);
      if (presence === undefined) continue;
      const until = this.#broker.kernel.uptime() + presence.plan.linger;
      for (const item of read(`[${text}]`)) presence.attendance.adopt(item, session, until);
      presence.settle();
    }
  }

  // --- who shows it here ----------------------------------------------------------------------------

  attend(channel: string): FarAttendance {
    let far = this.#far.get(channel);
    if (far === undefined) {
      far = new FarAttendance();
      this.#far.set(channel, far);
    }
    return far;
  }

  leave(channel: string): void {
    const far = this.#far.get(channel);
    if (far !== undefined) far.changed = undefined;
    this.#tidy(channel);
  }

  /** Shown by the presence of the channel, where the definition here has one. */
  #shown(channel: string): FarAttendance {
    const far = this.attend(channel);
    if (far.changed === undefined) presenceOf(this.#broker, channel);
    return far;
  }

  #tidy(channel: string): void {
    const far = this.#far.get(channel);
    if (far?.size === 0 && far.changed === undefined) this.#far.delete(channel);
  }
}

/** Items of a row, which nobody may change. */
const read = (text: string): PresenceItem[] =>
  JSON.parse(text, (_, part) => Object.freeze(part)) as PresenceItem[];

/** Items that one message may say. */
const MAX_ROW = 500;
