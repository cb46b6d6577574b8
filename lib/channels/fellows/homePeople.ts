import type { Message, Pid } from '../../core/index.js';
import type { Expulsion } from '../broker/tellExpelled.js';
import type { ChannelRoom } from '../rooms/channelRoom.js';
import { FarAnswer } from './farAnswer.js';
import { FarMember } from './farMember.js';
import { frames, type Joined, type PersonThere, type SaidThere } from './frames.js';
import type { HomeWorld } from './homeWorld.js';

/**
 * The people of other nodes in a channel whose home is here, and what they have asked of its process. Each node speaks for
 * its own; what comes of who is no member any more, as it was expelled meanwhile, changes nothing.
 */
export class HomePeople {
  readonly #world: HomeWorld;
  readonly #people = new Map<Pid, FarMember>();
  /** What was said before the home had its store; `undefined`: it has it. */
  #early: (() => void)[] | undefined = [];
  /** By fellow and ref: how what the process has not answered is taken back. */
  readonly #asked = new Map<string, { readonly fellow: Pid; readonly undo: () => void }>();

  constructor(
    world: HomeWorld,
    readonly name: string,
  ) {
    this.#world = world;
  }

  /** In the order of their joining, as a copy. */
  get all(): readonly FarMember[] {
    return [...this.#people.values()];
  }

  /** Does something in order with all that nodes have said, once the home has its store. */
  whenOpen(run: () => void): void {
    if (this.#early === undefined) run();
    else this.#early.push(run);
  }

  open(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const run of early) run();
  }

  /** A node attends: these are all of its people. */
  attend(fellow: Pid, people: readonly PersonThere[]): void {
    const there = new Set(people.map(([pid]) => pid));
    for (const member of this.all) {
      if (member.fellow === fellow && !there.has(member.pid)) this.#remove(member, 'unsubscribed');
    }
    const entries = people.flatMap(([pid, connection, params, isKnown]) =>
      this.#people.has(pid)
        ? []
        : [{ member: this.#add(fellow, pid, connection), params, isKnown }],
    );
    if (entries.length > 0) this.#open()?.adopt(entries);
  }

  joined(fellow: Pid, said: Joined): void {
    const [, pid, connection, params] = said;
    if (this.#people.has(pid)) return this.renewed(said);
    const member = this.#add(fellow, pid, connection);
    this.#open()?.joined(member, params);
  }

  /** It has joined once more, with other params, or has refreshed, with other metadata. */
  renewed([, pid, connection, params]: Joined): void {
    const member = this.#people.get(pid);
    if (member === undefined) return;
    member.connection.metadata = connection.metadata;
    this.#open()?.renewed(member, params);
  }

  left(pid: Pid, reason: string): void {
    const member = this.#people.get(pid);
    if (member !== undefined) this.#remove(member, reason);
  }

  said(fellow: Pid, [name, pid, ref, type, event, data, isChecked, size]: SaidThere): void {
    const { broker } = this.#world;
    const member = this.#people.get(pid);
    // Of who is out already no process is begun.
    const room = member && this.#open();
    this.#ask(fellow, ref, (over) => {
      const far = this.#answer(fellow, over);
      const answer = ref === undefined ? far.toMessage(pid) : far.toRequest(ref);
      if (member === undefined || room === undefined) {
        answer.refuse('not_subscribed', `Not subscribed to channel: ${name}`);
        return nothing;
      }
      const events = isChecked ? broker.definitionOf(name)?.options.events : undefined;
      const checkedBy = events?.find((each) => each.name === event);
      return room.take(member, { type, event, data, checkedBy, size, answer });
    });
  }

  admit(fellow: Pid, ref: number, request: Parameters<ChannelRoom['admit']>[0]): void {
    const isFull = this.#world.rooms.isFullFor(this.name);
    const room = isFull ? undefined : this.#open();
    this.#ask(fellow, ref, (over) => {
      const answer = this.#answer(fellow, over).toJoin(ref);
      if (room !== undefined) return room.admit(request, answer);
      if (isFull) answer.refuse('limit', 'Too many channels');
      else answer.accept({});
      return nothing;
    });
  }

  unask(fellow: Pid, ref: number): void {
    const key = `${fellow} ${ref}`;
    const asked = this.#asked.get(key);
    this.#asked.delete(key);
    asked?.undo();
  }

  /** Ends a membership; `false`: there is none. */
  expel(pid: Pid, { code, message, retry }: Expulsion): boolean {
    const member = this.#people.get(pid);
    if (member === undefined) return false;
    // At once, as for who is here; its node will find that it has left, and say so in vain.
    this.#world.own.tell(member.fellow, frames.expel, [this.name, pid, code, message, retry]);
    this.#remove(member, code);
    return true;
  }

  /** Sends a text to one of them; `false`: it is no member. */
  push(pid: Pid, text: string): boolean {
    const member = this.#people.get(pid);
    if (member === undefined) return false;
    this.#world.own.tell(member.fellow, frames.push, [this.name, pid, text]);
    return true;
  }

  /** A node is lost. */
  fellowDown(lost: Pid): void {
    for (const [key, { fellow, undo }] of [...this.#asked]) {
      if (fellow !== lost) continue;
      this.#asked.delete(key);
      undo();
    }
    for (const member of this.all) {
      if (member.fellow === lost) this.#remove(member, 'node lost');
    }
  }

  /** What somebody has sent to the channel's process, by the name that it has in the cluster. */
  forward(message: Message): void {
    const { broker, rooms } = this.#world;
    const { running } = rooms.find(this.name) ?? {};
    if (running !== undefined) running.process.accept(message);
    else broker.kernel.events.deadLetter(this.name, message.topic, message.from);
  }

  /** The channel was deleted: nobody is in it any more. */
  clear(): void {
    this.#people.clear();
    this.#world.rooms.find(this.name)?.stop();
  }

  #add(fellow: Pid, pid: Pid, connection: FarMember['connection']): FarMember {
    const member = new FarMember(fellow, pid, connection);
    this.#people.set(pid, member);
    return member;
  }

  #remove(member: FarMember, reason: string): void {
    this.#people.delete(member.pid);
    this.#world.rooms.find(this.name)?.left(member, reason);
  }

  #ask(fellow: Pid, ref: number | undefined, ask: (over: () => void) => () => void): void {
    const key = `${fellow} ${ref}`;
    let isOver = ref === undefined;
    const undo = ask(() => {
      isOver = true;
      this.#asked.delete(key);
    });
    if (!isOver) this.#asked.set(key, { fellow, undo });
  }

  #answer(node: Pid, over: () => void): FarAnswer {
    const { broker, own } = this.#world;
    return new FarAnswer({ broker, own, name: this.name, node }, over);
  }

  /** The process of the channel; that who is here says goes to it as well. */
  #open(): ChannelRoom | undefined {
    const { broker, rooms } = this.#world;
    const room = rooms.open(this.name);
    const channel = broker.channels.find(this.name);
    if (channel !== undefined) channel.room = room;
    return room;
  }
}

const nothing = (): void => {};
