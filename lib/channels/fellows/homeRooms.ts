import { type Pid, parsePid } from '../../core/index.js';
import { everyoneHere } from '../broker/everyone.js';
import type { PeoplePort } from '../broker/fellowsPort.js';
import type { Attendee, Room, Rooms } from '../table/room.js';
import { AwayRoom } from './awayRoom.js';
import { FarMember } from './farMember.js';
import { frames } from './frames.js';
import type { HomePeople } from './homePeople.js';
import type { HomeWorld } from './homeWorld.js';
import type { Replica } from './replica.js';

/**
 * The processes of channels in a cluster: each runs at the home of its channel, and every other node has an `AwayRoom` in
 * its place. Where a home begins, is found or ends, they are told, and who is in the channel goes along.
 */
export class HomeRooms implements Rooms, PeoplePort {
  readonly #world: RoomsWorld;
  readonly #away = new Map<string, AwayRoom>();
  /** By channel, the homes that this node attends. */
  readonly #homes = new Map<string, Pid>();
  #refs = 0;

  constructor(world: RoomsWorld) {
    this.#world = world;
  }

  isFullFor(name: string): boolean {
    const { rooms, broker } = this.#world;
    if (this.#away.has(name) || rooms.find(name) !== undefined) return false;
    return rooms.size + this.#away.size >= broker.limits.clientChannels;
  }

  open(name: string): Room | undefined {
    const { homes, rooms, broker } = this.#world;
    if (homes.isHere(name)) return rooms.open(name);
    const known = this.#away.get(name);
    if (known !== undefined) return known;
    if (broker.definitionOf(name)?.options.behavior === undefined) return undefined;
    const made = this.#make(name);
    const home = this.#homes.get(name);
    if (home === undefined) homes.seek(name);
    else made.attend(home);
    return made;
  }

  /** Whether the channel has a process here, or somebody here who is to have one elsewhere. */
  isBusy(name: string): boolean {
    return this.#away.has(name) || this.#world.rooms.find(name) !== undefined;
  }

  findAway(name: string): AwayRoom | undefined {
    return this.#away.get(name);
  }

  #make(name: string): AwayRoom {
    const { broker, own } = this.#world;
    const world = { broker, own, nextRef: () => ++this.#refs };
    const made = new AwayRoom(world, name, () => {
      this.#away.delete(name);
      const channel = broker.channels.find(name);
      if (channel?.room === made) channel.room = undefined;
    });
    this.#away.set(name, made);
    return made;
  }

  // --- where the home of a channel is ---------------------------------------------------------------

  /** Attends a home on another node, which is told of all who are in the channel here. */
  attend(name: string, home: Pid, { have, shown }: Pick<Replica, 'have' | 'shown'>): void {
    const away = this.#away.get(name) ?? this.#before(name);
    const people = away?.people ?? [];
    if (!this.#world.own.tell(home, frames.attend, [name, have, people, shown])) return;
    this.#homes.set(name, home);
    away?.attend(home);
  }

  /** Who was in the channel before it had a process at all has come before this one as well. */
  #before(name: string): AwayRoom | undefined {
    const { broker } = this.#world;
    const before = everyoneHere(broker, name);
    const isServed = broker.definitionOf(name)?.options.behavior !== undefined;
    if (!isServed || before.length === 0) return undefined;
    const made = this.#make(name);
    made.takeOver(before.map((member) => ({ member, params: undefined, isKnown: true })));
    this.#set(name, made);
    return made;
  }

  /** The home is here from now on. */
  here(name: string): void {
    this.#homes.delete(name);
    const away = this.#away.get(name);
    if (away === undefined) return;
    this.#away.delete(name);
    const room = this.#world.rooms.open(name);
    this.#set(name, room);
    if (room === undefined) away.stop();
    else away.moveTo(room);
  }

  /** The home, here or elsewhere, has ended. */
  lost(name: string): void {
    const { rooms } = this.#world;
    this.#homes.delete(name);
    this.#away.get(name)?.lose();
    const entries = rooms.find(name)?.handOver() ?? [];
    const ours = entries.filter(({ member }) => !(member instanceof FarMember));
    if (ours.length === 0) return;
    const away = this.#make(name);
    away.takeOver(ours);
    this.#set(name, away);
  }

  /** The channel was deleted, and nobody is in it any more. */
  deleted(name: string): void {
    this.#homes.delete(name);
    this.#world.homes.peopleOf(name)?.clear();
  }

  #set(name: string, room: Room | undefined): void {
    const channel = this.#world.broker.channels.find(name);
    if (channel !== undefined) channel.room = room;
  }

  // --- people of other nodes, as a process here deals with them --------------------------------------

  of(name: string): readonly Attendee[] {
    return this.#world.homes.peopleOf(name)?.all ?? [];
  }

  expel(name: string, pid: Pid, why: Parameters<PeoplePort['expel']>[2]): boolean {
    const { broker, own, homes } = this.#world;
    if (homes.peopleOf(name)?.expel(pid, why)) return true;
    const to = own.fellowOf(pid);
    const isThere = broker.channels.groupOf(name)?.others?.has(parsePid(pid).node as string);
    if (to === undefined || !isThere) return false;
    const { code, message, retry } = why;
    return own.tell(to, frames.expel, [name, pid, code, message, retry]);
  }

  push(name: string, pid: Pid, text: string): boolean {
    return this.#world.homes.peopleOf(name)?.push(pid, text) ?? false;
  }
}

/** Where these processes are. */
export interface RoomsWorld extends HomeWorld {
  readonly homes: HomeFinder;
}

/** Where the homes of channels are. */
export interface HomeFinder {
  isHere(name: string): boolean;
  /** Looks for the home of a channel, unless that is known or looked for. */
  seek(name: string): void;
  /** Who of other nodes is in a channel whose home is here. */
  peopleOf(name: string): HomePeople | undefined;
}
