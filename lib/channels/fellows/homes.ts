import { Observable } from 'rxjs';
import type { Behavior, Inbox, Message, Output, Pid, Self } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import { Early } from './early.js';
import { type FellowProcess, type Part, taking } from './fellowProcess.js';
import { type Attend, frames } from './frames.js';
import { Home, type HomeHost } from './home.js';
import type { HomedChannels } from './homedChannels.js';
import type { HomePeople } from './homePeople.js';
import { itemOf } from './itemOf.js';

/** The channels that have their home on this node. Each has a process, which has the name of the channel in the cluster. */
export class Homes implements Part, HomeHost {
  readonly #broker: Broker;
  readonly #own: FellowProcess;
  readonly #channels: HomedChannels;
  readonly #makePeople: (name: string) => HomePeople;
  readonly #people = new Map<Home, HomePeople>();
  readonly #homes = new Map<string, Home>();
  readonly #early = new Early();
  /** By home, what ends its process. */
  readonly #ends = new Map<Home, () => void>();
  readonly takes = [
    taking(frames.attend, (asked, from) =>
      this.whenThere(asked[0], from, () => this.#attend(asked, from)),
    ),
    taking(frames.unattend, ([name], from) =>
      this.whenThere(name, from, () => this.#homes.get(name)?.leave(from)),
    ),
    taking(frames.where, ([name], from) =>
      this.whenThere(name, from, () => this.#homes.get(name)?.attendants.tell(from)),
    ),
    taking(frames.send, (sent, from) =>
      this.whenThere(sent[0], from, () => this.#homes.get(sent[0])?.take(itemOf(sent, from))),
    ),
    taking(frames.delete, ([name], from) => this.whenThere(name, from, () => this.#delete(name))),
  ];

  constructor(
    broker: Broker,
    own: FellowProcess,
    channels: HomedChannels,
    makePeople: (name: string) => HomePeople,
  ) {
    this.#makePeople = makePeople;
    this.#broker = broker;
    this.#own = own;
    this.#channels = channels;
  }

  /** Gives the behaviour of a home its id, by which it is claimed. */
  define(id: string): void {
    this.#broker.kernel.behaviors.set(id, this.#behavior as Behavior);
  }

  get size(): number {
    return this.#homes.size;
  }

  /** How much waits for homes that have not begun. */
  get waiting(): number {
    return this.#early.size;
  }

  /** The behaviour of the process of a home: the home is there while it has the name. */
  readonly #behavior = (inbox: Inbox, self: Self): Observable<Output> =>
    new Observable((subscriber) => {
      const [, name] = self.args as readonly [unknown, string];
      const home = new Home(this.#broker, this.#own, name, self.pid, this);
      this.#homes.set(name, home);
      this.#people.set(home, this.#makePeople(name));
      this.#ends.set(home, () => subscriber.complete());
      subscriber.add(() => this.#end(home));
      // It has lost its name, or is to end.
      subscriber.add(self.signals$.subscribe(() => subscriber.complete()));
      subscriber.add(inbox.subscribe((message) => this.#forward(home, message)));
      this.#channels.open(name).begun(home);
      home.open();
      this.#early.run(name);
    });

  /** Who of other nodes is in a channel whose home is here. */
  peopleOf(name: string): HomePeople | undefined {
    const home = this.#homes.get(name);
    return home && this.#people.get(home);
  }

  opened(home: Home): void {
    this.#channels.open(home.name).opened(home);
  }

  caughtUp(home: Home): void {
    this.#people.get(home)?.open();
  }

  fallen(home: Home): void {
    this.release(home);
  }

  /** Ends a home, so that its name is free. */
  release(home: Home): void {
    this.#ends.get(home)?.();
  }

  fellowDown(fellow: Pid): void {
    this.#early.lose(fellow);
    for (const home of this.#homes.values()) home.leave(fellow);
    for (const people of this.#people.values()) people.whenOpen(() => people.fellowDown(fellow));
  }

  end(): void {
    for (const home of [...this.#homes.values()]) this.release(home);
    this.#early.clear();
  }

  #end(home: Home): void {
    this.#ends.delete(home);
    this.#people.delete(home);
    if (this.#homes.get(home.name) === home) this.#homes.delete(home.name);
    // First, as it ends as well where nobody here has to do with the channel any more.
    const waiting = home.end();
    this.#channels.find(home.name)?.closed(home, waiting);
  }

  /** The name is somebody else's: what has come for a home here is sent there again by whoever has sent it. */
  forgetEarly(name: string): void {
    this.#early.forget(name);
  }

  /** Does what a fellow asks of a home, of one that may be about to begin once it has. */
  whenThere(name: string, from: Pid, run: () => void): void {
    if (this.#homes.has(name) || this.#channels.find(name)?.isSeeking !== true) return run();
    if (!this.#early.add(name, from, run)) this.#broker.kernel.events.drop(undefined, 'overflow');
  }

  #attend(asked: Attend, from: Pid): void {
    const [name, , all] = asked;
    const people = all.filter(([pid]) => this.#own.speaksFor(from, pid));
    this.#homes.get(name)?.attend(from, asked);
    // Looked for behind that, which may have ended it.
    const there = this.peopleOf(name);
    there?.whenOpen(() => there.attend(from, people));
  }

  /** What is sent to the name that a channel has in the cluster is for its process. */
  #forward(home: Home, message: Message): void {
    this.#people.get(home)?.forward(message);
  }

  #delete(name: string): void {
    const home = this.#homes.get(name);
    if (home !== undefined) home.delete(() => this.#channels.deleteHere(name));
    else if (!this.#channels.isHomed(name)) this.#channels.deleteHere(name);
  }
}
