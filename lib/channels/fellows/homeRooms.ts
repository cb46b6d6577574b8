import type { Pid } from '../../core/index.js';
import type { PeoplePort } from '../broker/fellowsPort.js';
import type { Attendee, Room, Rooms } from '../table/room.js';
import { AwayRoom } from './awayRoom.js';
import type { PersonThere } from './frames.js';
import type { HomePeople, HomeWorld } from './homePeople.js';
import { RemoteMember } from './remoteMember.js';

/**
 * The processes of channels in a cluster: each runs at the home of its channel, and every other node has an `AwayRoom` in
 * its place. Where a home begins, is found or ends, they are told, and who is in the channel goes along.
 */
export class HomeRooms implements Rooms, PeoplePort {
  readonly #world: RoomsWorld;
  readonly #away = new Map<string, AwayRoom>();
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
    const { rooms, broker } = this.#world;
    const homes = this.#world.homes();
    if (homes.isHere(name)) return rooms.open(name);
    const known = this.#away.get(name);
    if (known !== undefined) return known;
    if (broker.definitionOf(name)?.options.behavior === undefined) return undefined;
    const made = this.#make(name);
    const home = homes.homeOf(name);
    if (home === undefined) homes.seek(name);
    else made.attend(home);
    return made;
  }

  findAway(name: string): AwayRoom | undefined {
    return this.#away.get(name);
  }

  #make(name: string): AwayRoom {
    const { broker, fellow } = this.#world;
    const world = { broker, fellow, nextRef: () => ++this.#refs };
    const made = new AwayRoom(world, name, () => {
      this.#away.delete(name);
      const channel = broker.channels.find(name);
      if (channel?.room === made) channel.room = undefined;
    });
    this.#away.set(name, made);
    return made;
  }

  // --- where the home of a channel is ---------------------------------------------------------------

  /** This node's people, for a home that this node is about to attend. */
  peopleFor(name: string): readonly PersonThere[] {
    return this.#away.get(name)?.people ?? [];
  }

  /** A home on another node was told of them. */
  attended(name: string, home: Pid): void {
    this.#away.get(name)?.attend(home);
  }

  /** The home is here from now on. */
  here(name: string): void {
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
    this.#away.get(name)?.lose();
    const entries = rooms.find(name)?.handOver() ?? [];
    const ours = entries.filter(({ member }) => !(member instanceof RemoteMember));
    if (ours.length === 0) return;
    const away = this.#make(name);
    away.takeOver(ours);
    this.#set(name, away);
  }

  /** The manager has ended. */
  end(): void {
    for (const room of this.#world.rooms.all) room.handOver();
  }

  #set(name: string, room: Room | undefined): void {
    const channel = this.#world.broker.channels.find(name);
    if (channel !== undefined) channel.room = room;
  }

  // --- people of other nodes, as a process here deals with them --------------------------------------

  of(name: string): readonly Attendee[] {
    return this.#world.homes().peopleOf(name)?.all ?? [];
  }

  expel(name: string, pid: Pid, why: Parameters<PeoplePort['expel']>[2]): void {
    this.#world.homes().peopleOf(name)?.expel(pid, why);
  }

  push(name: string, pid: Pid, text: string): boolean {
    return this.#world.homes().peopleOf(name)?.push(pid, text) ?? false;
  }
}

/** Where these processes are. */
export interface RoomsWorld extends HomeWorld {
  homes(): Whereabouts;
}

/** Where the homes of channels are. */
export interface Whereabouts {
  isHere(name: string): boolean;
  /** The home on another node that this one attends. */
  homeOf(name: string): Pid | undefined;
  /** Looks for the home of a channel, unless that is known or looked for. */
  seek(name: string): void;
  /** Who of other nodes is in a channel whose home is here. */
  peopleOf(name: string): HomePeople | undefined;
}
