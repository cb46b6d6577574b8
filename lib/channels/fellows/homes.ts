import { Observable } from 'rxjs';
import type { Inbox, Output, Pid, Self } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import { deleteHere } from '../broker/deleteChannel.js';
import { Encoded } from '../messages/encoded.js';
import { aimingOf } from './aimOf.js';
import { type FellowProcess, type Part, taking } from './fellowProcess.js';
import { frames, type Send } from './frames.js';
import { Home, type HomeHost } from './home.js';
import type { HomedChannels } from './homedChannels.js';

/** The channels that have their home on this node. Each has a process, which has the name of the channel in the cluster. */
export class Homes implements Part, HomeHost {
  readonly #broker: Broker;
  readonly #own: FellowProcess;
  readonly #channels: HomedChannels;
  readonly #homes = new Map<string, Home>();
  /** By home, what ends its process. */
  readonly #ends = new Map<Home, () => void>();
  readonly takes = [
    taking(frames.attend, ([name, have], from) => this.#homes.get(name)?.attend(from, have)),
    taking(frames.unattend, ([name], from) => this.#homes.get(name)?.leave(from)),
    taking(frames.send, (sent, from) => this.#sent(sent, from)),
    taking(frames.delete, ([name]) => this.#delete(name)),
  ];

  constructor(broker: Broker, own: FellowProcess, channels: HomedChannels) {
    this.#broker = broker;
    this.#own = own;
    this.#channels = channels;
  }

  get size(): number {
    return this.#homes.size;
  }

  /** The behaviour of the process of a home: the home is there while it has the name. */
  readonly behavior = (inbox: Inbox, self: Self): Observable<Output> =>
    new Observable((subscriber) => {
      const [, name] = self.args as readonly [unknown, string];
      const home = new Home(this.#broker, this.#own, name, self.pid, this);
      this.#homes.set(name, home);
      this.#ends.set(home, () => subscriber.complete());
      subscriber.add(() => this.#end(home));
      // It has lost its name, or is to end.
      subscriber.add(self.signals$.subscribe(() => subscriber.complete()));
      subscriber.add(inbox.subscribe(() => this.#broker.stray('a home')));
      this.#channels.open(name).begun(home);
      home.open();
    });

  opened(home: Home): void {
    this.#channels.open(home.name).opened(home);
  }

  fallen(home: Home): void {
    this.release(home);
  }

  /** Ends a home, so that its name is free. */
  release(home: Home): void {
    this.#ends.get(home)?.();
  }

  fellowDown(fellow: Pid): void {
    for (const home of this.#homes.values()) home.leave(fellow);
  }

  end(): void {
    for (const home of [...this.#homes.values()]) this.release(home);
  }

  #end(home: Home): void {
    this.#ends.delete(home);
    if (this.#homes.get(home.name) === home) this.#homes.delete(home.name);
    this.#channels.find(home.name)?.closed(home, home.end());
  }

  #sent([name, n, text, key, isRecorded, aim]: Send, from: Pid): void {
    const message = isRecorded ? { plain: text, key } : undefined;
    const encoded = Encoded.crossed(text, name);
    const aiming = aimingOf(aim);
    this.#homes.get(name)?.take({ encoded, message, aiming, from, n, size: text.length });
  }

  #delete(name: string): void {
    const home = this.#homes.get(name);
    if (home !== undefined) home.delete(() => deleteHere(this.#broker, name));
    else if (!this.#channels.isHomed(name)) deleteHere(this.#broker, name);
  }
}
