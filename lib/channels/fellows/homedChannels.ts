import type { Unsubscribable } from 'rxjs';
import type { Pid } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import { deleteHere } from '../broker/deleteChannel.js';
import { type FellowProcess, type Part, taking } from './fellowProcess.js';
import { frames } from './frames.js';
import { Budget } from './held.js';
import { HomedChannel, type HomedWorld } from './homedChannel.js';
import { Replica } from './replica.js';
import { Replicas } from './replicas.js';

/** The channels with a home that this node has to do with, wherever that is. */
export class HomedChannels implements Part, HomedWorld {
  readonly replicas: Replicas;
  readonly budget: Budget;
  readonly #broker: Broker;
  readonly #claims: Claims;
  readonly #channels = new Map<string, HomedChannel>();
  /** For how many looks nobody has needed one. */
  readonly #idle = new Map<HomedChannel, number>();
  #clock: Unsubscribable | undefined;
  #count = 0;
  readonly takes = [
    taking(frames.attended, (said, from) => this.#ofHome(said[0], from)?.attended(said)),
    taking(frames.cast, (said, from) => this.#ofHome(said[0], from)?.cast(said)),
    taking(frames.got, ([name, n], from) => this.#ofHome(name, from)?.got(n)),
    taking(frames.deleted, ([name], from) => this.#ofHome(name, from)?.deleted()),
  ];

  constructor(
    broker: Broker,
    readonly own: FellowProcess,
    readonly rooms: HomedWorld['rooms'],
    claims: Claims,
  ) {
    this.#broker = broker;
    this.#claims = claims;
    const { historyBytes: bytes, historyStreams: streams, held } = broker.limits;
    this.budget = new Budget(held);
    this.replicas = new Replicas({ bytes, streams });
    broker.histories.serve(this.replicas);
  }

  get size(): number {
    return this.#channels.size;
  }

  /** Whether a channel has a home: it has a history or a behaviour, in which there is one order. */
  isHomed(name: string): boolean {
    const options = this.#broker.definitionOf(name)?.options;
    return options?.history !== undefined || options?.behavior !== undefined;
  }

  find(name: string): HomedChannel | undefined {
    return this.#channels.get(name);
  }

  open(name: string): HomedChannel {
    let channel = this.#channels.get(name);
    if (channel === undefined) {
      channel = new HomedChannel(name, this, new Replica(this.#broker, this.replicas, name));
      this.#channels.set(name, channel);
      this.#clock ??= this.after(MINUTE, () => this.#look());
    }
    return channel;
  }

  /** The count of the next message that this node sends. */
  next(): number {
    return ++this.#count;
  }

  fellowUp(fellow: Pid): void {
    for (const channel of this.#channels.values()) {
      if (channel.homeFellow === fellow) channel.found();
    }
  }

  /** The channel, if what is said of it comes from the node of its home. */
  #ofHome(name: string, from: Pid): HomedChannel | undefined {
    const channel = this.find(name);
    return channel?.homeFellow === from ? channel : undefined;
  }

  end(): void {
    this.#clock?.unsubscribe();
    for (const channel of this.#channels.values()) channel.end();
    this.#channels.clear();
  }

  // --- what a channel finds around it ---------------------------------------------------------------------

  claim(name: string, found: (home: Pid | undefined) => void): void {
    this.#claims.claim(name, found);
  }

  watch(home: Pid, ended: () => void): Unsubscribable {
    return this.own.watch(home, ended);
  }

  isHere(home: Pid): boolean {
    return !this.#broker.kernel.isForeign(home);
  }

  isNeeded(channel: HomedChannel): boolean {
    const known = this.#broker.channels.find(channel.name);
    const isUsed = known !== undefined && (known.size > 0 || known.streams !== undefined);
    if (isUsed || this.rooms.isBusy(channel.name)) return true;
    return channel.isBusy || (channel.home?.attendants.size ?? 0) > 0;
  }

  deleteHere(name: string): boolean {
    const isKnown = deleteHere(this.#broker, name);
    this.rooms.deleted(name);
    return isKnown;
  }

  after(millis: number, run: () => void): Unsubscribable {
    return this.#broker.after(millis, run);
  }

  /** Lets go of those that nobody has needed for a while. */
  #look(): void {
    for (const [name, channel] of this.#channels) {
      const looks = this.isNeeded(channel) ? 0 : (this.#idle.get(channel) ?? 0) + 1;
      this.#idle.set(channel, looks);
      const { home } = channel;
      const isOnlyHere = home?.isOnlyHere === true;
      if (looks < (isOnlyHere ? FORGOTTEN : 1) || (isOnlyHere && this.#keeps(name))) continue;
      this.#idle.delete(channel);
      this.#channels.delete(name);
      if (home !== undefined) this.#claims.release(home);
      channel.end();
    }
    this.#clock = this.#channels.size > 0 ? this.after(MINUTE, () => this.#look()) : undefined;
  }

  /** Whether there is something in a history, which nobody forgets on one node either (CH3). */
  #keeps(name: string): boolean {
    const page = this.#broker.histories.of(name)?.page({ limit: 1 });
    return page !== undefined && page.entries.length > 0;
  }
}

/** The names of homes in the cluster. */
export interface Claims {
  claim(name: string, found: (home: Pid | undefined) => void): void;
  release(home: NonNullable<HomedChannel['home']>): void;
}

const MINUTE = 60_000;
/** Minutes after which a history is forgotten that nobody needs, and that is empty (CH3). */
const FORGOTTEN = 60;
