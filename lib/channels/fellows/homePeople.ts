import type { Pid } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import type { Expulsion } from '../broker/tellExpelled.js';
import type { ChannelRoom } from '../rooms/channelRoom.js';
import type { ChannelRooms } from '../rooms/channelRooms.js';
import { FarAnswer } from './farAnswer.js';
import { type FellowProcess, type Takes, taking } from './fellowProcess.js';
import { frames, type Joined, type PersonThere, type SaidThere } from './frames.js';
import { RemoteMember } from './remoteMember.js';

/**
 * The people of other nodes in a channel whose home is here, and what they have asked of its process. Each node speaks for
 * its own; what comes of who is no member any more, as it was expelled meanwhile, changes nothing.
 */
export class HomePeople {
  readonly #world: HomeWorld;
  readonly #people = new Map<Pid, RemoteMember>();
  /** By fellow and ref: how what the process has not answered is taken back. */
  readonly #asked = new Map<string, { readonly fellow: Pid; readonly undo: () => void }>();

  constructor(
    world: HomeWorld,
    readonly name: string,
  ) {
    this.#world = world;
  }

  /** What nodes say to the home about their people. */
  readonly takes: Takes = [
    taking(frames.joined, (said, from) => this.#joined(from, said)),
    taking(frames.renewed, (said) => this.#renewed(said)),
    taking(frames.left, ([, pid, reason]) => this.#left(pid, reason)),
    taking(frames.said, (said, from) => this.#said(from, said)),
    taking(frames.admit, ([, ref, request], from) => this.#admit(from, ref, request)),
    taking(frames.unask, ([, ref], from) => this.#unask(from, ref)),
  ];

  /** In the order of their joining, as a copy. */
  get all(): readonly RemoteMember[] {
    return [...this.#people.values()];
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

  #joined(fellow: Pid, [, pid, connection, params]: Joined): void {
    const known = this.#people.get(pid);
    if (known !== undefined) this.#open()?.renewed(known, params);
    else {
      const member = this.#add(fellow, pid, connection);
      this.#open()?.joined(member, params);
    }
  }

  #renewed([, pid, , params]: Joined): void {
    const member = this.#people.get(pid);
    if (member !== undefined) this.#open()?.renewed(member, params);
  }

  #left(pid: Pid, reason: string): void {
    const member = this.#people.get(pid);
    if (member !== undefined) this.#remove(member, reason);
  }

  #said(fellow: Pid, [name, pid, ref, type, event, data, isChecked, size]: SaidThere): void {
    const { broker } = this.#world;
    const member = this.#people.get(pid);
    const room = this.#open();
    this.#ask(fellow, ref, (over) => {
      const far = this.#answer(fellow, over);
      const answer = ref === undefined ? far.toMessage(pid) : far.toRequest(ref);
      if (member === undefined || room === undefined) {
        answer.fail('not_subscribed', `Not subscribed to channel: ${name}`);
        return nothing;
      }
      const events = isChecked ? broker.definitionOf(name)?.options.events : undefined;
      const checkedBy = events?.find((each) => each.name === event);
      return room.take(member, { type, event, data, checkedBy, size, answer });
    });
  }

  #admit(fellow: Pid, ref: number, request: Parameters<ChannelRoom['admit']>[0]): void {
    const room = this.#open();
    this.#ask(fellow, ref, (over) => {
      const answer = this.#answer(fellow, over).toJoin(ref);
      if (room !== undefined) return room.admit(request, answer);
      answer.accept({});
      return nothing;
    });
  }

  #unask(fellow: Pid, ref: number): void {
    const key = `${fellow} ${ref}`;
    const asked = this.#asked.get(key);
    this.#asked.delete(key);
    asked?.undo();
  }

  /** The channel's process ends a membership. */
  expel(pid: Pid, { code, message, retry }: Expulsion): void {
    const member = this.#people.get(pid);
    if (member === undefined) return;
    // At once, as for who is here; its node will find that it has left, and say so in vain.
    this.#world.fellow.tell(member.fellow, frames.expel, [this.name, pid, code, message, retry]);
    this.#remove(member, code);
  }

  /** Sends a text to one of them; `false`: it is no member. */
  push(pid: Pid, text: string): boolean {
    const member = this.#people.get(pid);
    if (member === undefined) return false;
    this.#world.fellow.tell(member.fellow, frames.push, [this.name, pid, text]);
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

  /** Nobody is in the channel any more, as it was deleted. */
  clear(): void {
    this.#people.clear();
  }

  #add(fellow: Pid, pid: Pid, connection: RemoteMember['connection']): RemoteMember {
    const member = new RemoteMember(fellow, pid, connection);
    this.#people.set(pid, member);
    return member;
  }

  #remove(member: RemoteMember, reason: string): void {
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
    const { broker, fellow } = this.#world;
    return new FarAnswer({ broker, fellow, name: this.name, node }, over);
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

/** Where the home of a channel is. */
export interface HomeWorld {
  readonly broker: Broker;
  readonly fellow: Pick<FellowProcess, 'tell'>;
  /** The processes of this node's channels. */
  readonly rooms: ChannelRooms;
}

const nothing = (): void => {};
