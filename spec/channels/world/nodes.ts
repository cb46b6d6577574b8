import type { VirtualTimeScheduler } from 'rxjs';
import type { HistoryStore } from '../../../lib/channels/index.js';
import { type Cluster, incarnate, joinCluster } from '../../../lib/cluster/index.js';
import { decodeRecord } from '../../../lib/jetstream/streamRecord.js';
import { StreamStore } from '../../../lib/jetstream/streamStore.js';
import { memoryNats, type TestSystem, testSystem } from '../../../lib/testing/index.js';
import { OwnClock } from '../../cluster/support/ownClock.js';
import { MemoryLog } from '../../jetstream/memoryLog.js';

/** What servers are in that are the nodes of one cluster: NATS between them, and a log that they have in common. */
export class Nodes {
  readonly nats;
  #log: MemoryLog;
  #incarnations = 0;
  /** By name, whether NATS and its log cannot be reached. */
  readonly #apart = new Set<string>();
  readonly #clocks = new Map<number, OwnClock>();
  /** Whether one is. */
  isBusy = false;

  /** `kept`: told of each message that is in the log. */
  constructor(
    readonly clock: VirtualTimeScheduler,
    readonly kept: (room: string, epoch: string, offset: number, text: string) => void,
  ) {
    this.nats = memoryNats({ scheduler: clock });
    this.#log = this.#newLog();
  }

  #newLog(): MemoryLog {
    const log = new MemoryLog(this.clock);
    log.added = (room, bytes) => {
      const { epoch, top, messages } = decodeRecord(bytes);
      for (const [i, { plain }] of messages.entries()) this.kept(room, epoch, top + i + 1, plain);
    };
    return log;
  }

  /** A node begins, which may have been one of that name before. */
  join(at: number): Node {
    const { clock, nats } = this;
    const name = nameOf(at);
    const own = new OwnClock(clock);
    // What was in its place has its end to come to.
    this.#clocks.get(at)?.hold(false);
    this.#clocks.set(at, own);
    const system = testSystem({
      scheduler: own.scheduler,
      node: incarnate(name, `${++this.#incarnations}`),
    });
    const cluster = joinCluster(system, {
      ...{ transport: nats.transport(), scopes: { counted: ['channels'] } },
      ...{ beat: BEAT, silence: 3 * BEAT },
    });
    let isThere = true;
    const log = this.#log.from(() => isThere && !this.#apart.has(name));
    const lose = (): void => {
      isThere = false;
      // That it is over is told to its own part as well, so that no beat of it is left.
      nats.revoke(name);
    };
    return { system, cluster, store: new StreamStore(log, LIMITS), lose };
  }

  /** A node is alone: cut off, as the smaller side of a split, or frozen; it has the log no more, nor the others. */
  part(at: number, how: Parting): void {
    const name = nameOf(at);
    const others = NAMES.filter((each) => each !== name);
    if (how === 'split') this.nats.split(others, [name]);
    else this.nats[how](name);
    this.#apart.add(name);
  }

  /** A node has much to do: its turns wait until it is `idle`. */
  busy(at: number): void {
    this.isBusy = true;
    this.#clocks.get(at)?.hold(true);
  }

  /** No node has much to do any more. */
  idle(): void {
    this.isBusy = false;
    for (const clock of this.#clocks.values()) clock.hold(false);
  }

  /** Of what nodes send each other, so much is lost on the way, and the rest comes late. */
  lose(part: number): void {
    this.nats.lose(part);
    this.nats.delay(0, part > 0 ? 50 : 0);
  }

  heal(): void {
    this.nats.heal();
    this.lose(0);
    for (const name of NAMES) this.nats.thaw(name);
    this.#apart.clear();
  }

  /** Nothing is in the log any more. */
  empty(): void {
    this.#log = this.#newLog();
  }
}

export type Parting = 'cut' | 'split' | 'freeze';

/** What a server has that is a node. */
export interface Node {
  readonly system: TestSystem;
  readonly cluster: Cluster;
  readonly store: HistoryStore;
  /** Nothing of it gets out any more. */
  lose(): void;
}

const NAMES = ['a', 'b', 'c'];
const nameOf = (at: number): string => NAMES[at] as string;

/** Milliseconds, more than the default, as beats are most of what a long time costs. */
const BEAT = 1_000;
const LIMITS = { bytes: 10_000_000, streams: 1_000, waiting: 1_000_000, age: 1e12, place: 'here' };
