import type { Message, Pid } from '../../core/index.js';
import { behind } from '../broker/behind.js';
import type { ChannelCommand } from '../definitions/channelCommand.js';
import type { Admitting, Attendee, Room, Said } from '../table/room.js';
import type { Join } from './joins.js';
import { obey } from './obey.js';
import { RoomLife } from './roomLife.js';
import type { RoomProcess } from './roomProcess.js';
import type { Entry } from './roster.js';
import { tell } from './tell.js';

/**
 * The process of a channel as the channel has it: who comes and goes, and what clients say to it (B23).
 *
 * The room `rooms` has these processes: begin here; `roomLife.ts` begins and ends one, `roomProcess.ts` is one from its
 * spawn to its exit, `tell.ts` has what it receives and `obey.ts` what it may want done. For users, `room.ts` has the topics,
 * `emit.ts` the commands, and `ofEvent.ts` picks an event.
 */
export class ChannelRoom extends RoomLife implements Room {
  get pid(): Pid | undefined {
    return this.running?.process.pid;
  }

  get isFull(): boolean {
    const { running, broker } = this;
    return running !== undefined && running.process.mailbox.depth >= broker.kernel.bound.capacity;
  }

  joined(member: Attendee, params: unknown): void {
    const entry = this.roster.add(member, params);
    this.rest();
    const { running } = this;
    if (running === undefined) this.begin();
    else tell.joined(running.process, entry);
  }

  /** Takes over who is in the channel and was before it had its process here. */
  adopt(entries: readonly Entry[]): void {
    const { roster, running } = this;
    for (const { member, params, isKnown } of entries) {
      const entry = roster.add(member, params);
      entry.isKnown = isKnown;
      if (running !== undefined) tell.joined(running.process, entry);
    }
    this.rest();
    if (running === undefined && roster.size > 0) this.begin();
  }

  /** The opposite: its process is to be elsewhere. Gives who is in the channel. */
  handOver(): readonly Entry[] {
    const { all } = this.roster;
    this.retire();
    return all;
  }

  renewed(member: Attendee, params: unknown): void {
    const entry = this.roster.find(member.pid);
    if (entry !== undefined) entry.params = params;
  }

  left(member: Attendee, reason: string): void {
    if (!this.roster.delete(member.pid)) return;
    const { running } = this;
    if (running !== undefined) tell.left(running.process, member, reason);
    this.rest();
  }

  take(member: Attendee, said: Said): () => void {
    const { running, requests, broker } = this;
    const { answer, type } = said;
    if (running === undefined) {
      const topic = type === 'event' ? 'channel.event' : 'channel.message';
      if (!answer.isAwaited) broker.kernel.events.deadLetter(this.name, topic, member.pid);
      else answer.refuse('crashed', 'The channel is being restarted', { after: this.retryAfter });
      return nothing;
    }
    const ref = answer.isAwaited ? requests.open(said) : undefined;
    const forget = ref === undefined ? nothing : () => requests.forget(ref);
    if (tell.said(running.process, member, said, ref, forget)) return forget;
    forget();
    if (answer.isAwaited)
      answer.refuse('overloaded', 'The channel has too much to do', { after: 1_000 });
    return nothing;
  }

  admit(request: Join['request'], answer: Admitting): () => void {
    const { joins, broker } = this;
    const join = joins.add(broker.kernel.nextRef(), request, answer);
    this.rest();
    const { running } = this;
    if (running === undefined) this.begin();
    else this.#ask(running, join);
    return () => {
      joins.delete(join.ref);
      this.rest();
    };
  }

  #ask({ process }: RoomProcess, join: Join): void {
    join.isAsked = tell.join(process, join);
    if (join.isAsked) return;
    this.joins.delete(join.ref);
    join.answer.refuse('overloaded', 'The channel has too much to do', { after: 1_000 });
  }

  protected introduce(running: RoomProcess): void {
    for (const entry of this.roster.all) tell.joined(running.process, entry);
    for (const join of this.joins.all) this.#ask(running, join);
  }

  takeJoin(message: Message): Join | undefined {
    const join = this.joins.take(message);
    this.rest();
    return join;
  }

  perform(process: RoomProcess, command: ChannelCommand): boolean {
    return obey(this, process, command);
  }

  failed(process: RoomProcess, message: Message): void {
    const fail = (): void => void this.requests.fail(message, 'internal', 'Internal error');
    this.later(process, fail);
  }

  /** Does what a process has said in a turn behind all that it has sent, as its replies come (M3). */
  later(process: RoomProcess, run: () => void): void {
    const { broker, name } = this;
    broker.kernel.queue.push(
      {
        receive: () => {
          if (this.isServedBy(process)) behind(broker, name, run);
          else broker.kernel.events.drop(process.pid, 'closing');
        },
        crash: (error: unknown) => broker.report(`a command of ${this.name}`, error),
      },
      undefined,
    );
  }
}

const nothing = (): void => {};
