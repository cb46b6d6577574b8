import { taking } from '../../../lib/channels/fellows/fellowProcess.js';
import type { Fellows } from '../../../lib/channels/fellows/fellows.js';
import { frames } from '../../../lib/channels/fellows/frames.js';
import { HomePeople } from '../../../lib/channels/fellows/homePeople.js';
import { homeProcess } from '../../../lib/channels/fellows/homeProcess.js';
import type { Whereabouts } from '../../../lib/channels/fellows/homeRooms.js';
import type { ChannelRooms } from '../../../lib/channels/rooms/channelRooms.js';
import type { Message, Pid } from '../../../lib/index.js';
import type { TestSystem } from '../../../lib/testing/live/testSystem.js';

/** Homes of channels whose names are decided by a map. */
export class FakeHomes implements Whereabouts {
  readonly #here = new Map<string, HomePeople>();
  readonly #there = new Map<string, Pid>();
  readonly #sought = new Set<string>();

  constructor(
    readonly fellows: Fellows,
    readonly system: TestSystem,
    readonly rooms: ChannelRooms,
    readonly owners: Map<string, Pid>,
  ) {}

  isHere(name: string): boolean {
    return this.#here.has(name);
  }

  homeOf(name: string): Pid | undefined {
    return this.#there.get(name);
  }

  peopleOf(name: string): HomePeople | undefined {
    return this.#here.get(name);
  }

  seek(name: string): void {
    if (this.#sought.has(name) || this.isHere(name) || this.homeOf(name) !== undefined) return;
    this.#sought.add(name);
    this.fellows.broker.after(1, () => {
      this.#sought.delete(name);
      const owner = this.owners.get(name);
      if (owner === undefined) this.#claim(name);
      else this.#attend(name, owner);
    });
  }

  #claim(name: string): void {
    this.system.spawn(homeProcess(this), { args: [name] });
  }

  begin(name: string, pid: Pid) {
    const { broker, process: fellow, people: rooms } = this.fellows;
    this.owners.set(name, pid);
    const people = new HomePeople({ broker, fellow, rooms: this.rooms }, name);
    this.#here.set(name, people);
    rooms.here(name);
    const takers = new Map([
      ...people.takes,
      taking(frames.attend, ([, , all], from) => {
        people.attend(from, all);
        this.system.monitor(from).subscribe(() => people.fellowDown(from));
      }),
    ]);
    return {
      take: ({ topic, payload, from }: Message) =>
        takers.get(topic)?.(payload as never, from as Pid),
    };
  }

  end(name: string): void {
    this.owners.delete(name);
    this.#here.delete(name);
    this.fellows.people.lost(name);
  }

  #attend(name: string, home: Pid): void {
    const { process, people } = this.fellows;
    process.tell(home, frames.attend, [name, undefined, people.peopleFor(name)]);
    this.#there.set(name, home);
    people.attended(name, home);
    this.system.monitor(home).subscribe(() => {
      this.#there.delete(name);
      people.lost(name);
      this.seek(name);
    });
  }
}
