import type { PresencePlan } from '../definitions/presenceOptions.js';
import type { Member } from '../members/member.js';
import { eventText, eventTextOf } from '../messages/replyText.js';
import { Alarm } from './alarm.js';
import type { Appearance } from './appearance.js';
import { Attendance } from './attendance.js';
import { Bulletin } from './bulletin.js';
import type { FarAttendance } from './farAttendance.js';
import type { PresenceEntry } from './presenceEntry.js';
import type { Audience, PresenceOwner } from './presenceOwner.js';

/**
 * Who is present in one channel, and who is told of it. It keeps two lists: who is present at this moment, and what was
 * published last, which is what every watcher holds, so that no order of list and change can be wrong (PR4, PR6). It goes by
 * the options with which it began, until nobody is present or watches any more.
 *
 * The room `presence` has who is there: begin here; `attendance.ts` is the first list, with `farAttendance.ts` for other
 * nodes, `bulletin.ts` the second, `appearance.ts` as whom and as what a connection is shown.
 */
export class ChannelPresence {
  readonly attendance: Attendance;
  readonly #bulletin: Bulletin;
  readonly #watchers = new Set<Member>();
  /** When watchers were told last, in milliseconds of the system's uptime. */
  #toldAt = Number.NEGATIVE_INFINITY;
  /** Whether they are told at the end of the batch that runs. */
  #isDue = false;
  /** The one timer: it ends lingering, and the time between two diffs. */
  readonly #alarm: Alarm;
  #isOver = false;

  constructor(
    readonly channel: string,
    readonly plan: PresencePlan,
    readonly owner: PresenceOwner,
    readonly audience: Audience,
  ) {
    const { elsewhere, limits } = owner;
    const bounds = { members: plan.members, perKey: limits.presencePerKey };
    this.#bulletin = new Bulletin(plan.mode, elsewhere !== undefined);
    this.#alarm = new Alarm(owner, () => this.#wake());
    const far = elsewhere?.attend(channel);
    const changed = (ref: string): void => {
      this.#bulletin.mark(ref);
      elsewhere?.changed(channel, ref);
    };
    this.attendance = new Attendance(bounds, changed, far);
    if (far !== undefined) this.#show(far);
  }

  /** Those who are there already are no news to anybody. */
  #show(far: FarAttendance): void {
    for (const ref of far.refs) this.#bulletin.mark(ref);
    this.#bulletin.publish((ref) => far.find(ref));
    far.changed = (ref) => {
      this.#bulletin.mark(ref);
      this.settle();
    };
  }

  /** Who is present, as was published last. */
  get list(): readonly PresenceEntry[] {
    return this.#bulletin.list;
  }

  /** The same as watchers are told it, with its version, as JSON; made once a version (PR6). */
  get state(): string {
    return this.#bulletin.state;
  }

  // --- who is present -------------------------------------------------------------------------------

  /** A member has subscribed: it is present, as whom and as what it is shown, or not, and watches or not (PR1). */
  enter(member: Member, appearance: Appearance | undefined, watches: boolean | undefined): Present {
    const hasPlace =
      appearance !== undefined && this.attendance.enter(member, appearance, this.owner.making);
    if (appearance === undefined) this.attendance.exit(member, undefined);
    this.watch(member, watches);
    return appearance !== undefined && (hasPlace || 'full');
  }

  /** Another meta for a member that is present. */
  update(member: Member, meta: unknown): void {
    this.attendance.update(member, meta);
    this.settle();
  }

  /** A membership has ended: its meta leaves at once, or lingers (PR7). */
  exit(member: Member, lingers: boolean): void {
    const { linger } = this.plan;
    this.#watchers.delete(member);
    const until = lingers && linger > 0 ? this.#now + linger : undefined;
    this.attendance.exit(member, until);
    this.settle();
  }

  // --- who watches ----------------------------------------------------------------------------------

  /** Whether a member is told of changes from now on; `undefined`: as before (PR11). */
  watch(member: Member, watches: boolean | undefined): void {
    if (watches === true) this.#watchers.add(member);
    else if (watches === false) this.#watchers.delete(member);
    this.settle();
  }

  /** Tells a member who is present, where no reply does (PR6). */
  tell(member: Member): void {
    const { event } = this.#bulletin.current;
    member.write(eventTextOf(this.channel, event, this.state, this.owner.timestamp));
  }

  // --- when they are told ---------------------------------------------------------------------------

  /** The channel has ended here: nobody of this node is present or watches any more. */
  end(): void {
    if (this.#isOver) return;
    this.#watchers.clear();
    this.attendance.clear();
    if (this.attendance.size > 0) this.settle();
    else this.stop();
  }

  /** Nobody is shown any more; only those who listen on the server are told. */
  stop(): void {
    this.#finish();
    if (this.#bulletin.clear()) this.audience.published();
  }

  /** Something may have changed: it is told when it may be, or nothing is left to tell (PR5). */
  settle(): void {
    if (this.#isOver) return;
    const { owner } = this;
    if (this.#isEmpty) return this.#finish();
    if (this.#bulletin.isChanged && !this.#isDue && this.#now >= this.#nextTelling) {
      this.#isDue = true;
      owner.kernel.queue.afterDrain(() => {
        this.#isDue = false;
        this.#wake();
      });
    }
    this.#setAlarm();
  }

  #wake(): void {
    if (this.#isOver) return;
    const now = this.#now;
    this.attendance.expire(now);
    if (this.#bulletin.isChanged && now >= this.#nextTelling) this.#publish(now);
    if (this.#isEmpty) this.#finish();
    else this.#setAlarm();
  }

  #publish(now: number): void {
    const { audience, channel, owner } = this;
    const news = this.#bulletin.publish((ref) => this.attendance.find(ref));
    if (news === undefined) return;
    this.#toldAt = now;
    if (news.data !== undefined && this.#watchers.size > 0) {
      const text = eventText(channel, news.event, news.data, owner.timestamp);
      for (const member of this.#watchers) member.write(text);
    }
    audience.published();
  }

  /** Invariant: it is set for what ends or is told next, and not at all if nothing is. */
  #setAlarm(): void {
    const telling = this.#bulletin.isChanged && !this.#isDue ? this.#nextTelling : NEVER;
    this.#alarm.set(Math.min(telling, this.attendance.nextEnd));
  }

  /** Nobody is present or watches: the next who comes begins anew. */
  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#alarm.stop();
    this.#watchers.clear();
    this.owner.elsewhere?.leave(this.channel);
    this.audience.ended();
  }

  get #isEmpty(): boolean {
    return this.attendance.size + this.#bulletin.size + this.#watchers.size === 0;
  }

  get #nextTelling(): number {
    return this.#toldAt + this.plan.debounce;
  }

  get #now(): number {
    return this.owner.kernel.uptime();
  }
}

const NEVER = Number.POSITIVE_INFINITY;

/** Whether a subscriber is counted among those who are present; `full`: there was no place for it (PR9). */
export type Present = boolean | 'full';
