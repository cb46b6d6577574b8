import type { Kernel } from '../../runtime/index.js';
import type { ChannelDefinition } from '../definitions/channelDefinition.js';
import type { Definitions } from '../definitions/definitions.js';
import type { Limits } from '../definitions/limitOptions.js';
import { ChannelHistory } from '../history/channelHistory.js';
import { type HistoryPlan, readHistory } from '../history/historyOptions.js';
import type { HistoryHost, HistoryStore } from '../history/historyStore.js';
import { MemoryStore } from '../history/memoryStore.js';
import { checkOwn } from '../history/sharedStore.js';
import type { Channels } from '../table/channels.js';

/** The histories of a manager's channels, and the stores that they are in. */
export class Histories {
  /** Where those are that name no store. */
  readonly memory: MemoryStore;
  readonly #stores = new Set<HistoryStore>();
  readonly #host: HistoryHost;

  constructor(readonly owner: HistoriesOwner) {
    const { limits, kernel, channels } = owner;
    this.memory = new MemoryStore({ bytes: limits.historyBytes, streams: limits.historyStreams });
    this.#host = {
      now: () => kernel.now(),
      isInUse: (name) => channels.countOf(name) > 0 || owner.fellows?.isAttended(name) === true,
      newEpoch: () => owner.newId('epoch').slice(0, 8),
      report: (what, error) => owner.report(what, error),
    };
    this.serve(this.memory);
  }

  /** Channels are defined, whose history may be in a store of its own. @throws ProcessError `Invalid`: that is of others. */
  adopt({ options: { history } }: ChannelDefinition): void {
    if (history?.store === undefined) return;
    if (this.owner.fellows === undefined) checkOwn(history.store);
    this.serve(history.store);
  }

  /** Has a store serve this manager. @throws ProcessError `Invalid`: it serves another. */
  serve(store: HistoryStore): void {
    store.serve(this.#host);
    this.#stores.add(store);
  }

  /**
   * The history of a channel, there already or not, as it is defined now; `undefined`: it has none, or in a cluster nothing
   * of it is known on this node.
   */
  of(name: string): ChannelHistory | undefined {
    const plan = this.planOf(name);
    if (plan === undefined) return undefined;
    const { fellows } = this.owner;
    const store = fellows === undefined ? this.storeOf(plan) : fellows.storeOf(name, plan);
    return store && new ChannelHistory(store, name, plan);
  }

  /** What is said of the history of a channel. */
  planOf(name: string): HistoryPlan | undefined {
    const { channels, definitions } = this.owner;
    const own = channels.find(name)?.own;
    if (own === undefined && !definitions.hasTraits) return undefined;
    const history = (own ?? definitions.find(name))?.options.history;
    return history && readHistory(name, history);
  }

  /** The store of a history, where nobody else has it. */
  storeOf(plan: HistoryPlan): HistoryStore {
    return plan.store ?? this.memory;
  }

  /** The channel was deleted: what comes next is another stream (CH2). */
  forget(name: string): void {
    for (const store of this.#stores) store.forget(name);
  }

  /** How much is in all of them. */
  get held(): HistoryStore['held'] {
    const sum = { streams: 0, entries: 0, bytes: 0 };
    for (const { held } of this.#stores) {
      sum.streams += held.streams;
      sum.entries += held.entries;
      sum.bytes += held.bytes;
    }
    return sum;
  }

  /** Resolves when the stores have all that they were given. */
  async close(): Promise<void> {
    await Promise.all([...this.#stores].map((store) => store.close()));
  }
}

/** Whose histories they are. */
interface HistoriesOwner {
  readonly limits: Pick<Limits, 'historyBytes' | 'historyStreams'>;
  readonly kernel: Pick<Kernel, 'now'>;
  readonly channels: Channels;
  readonly definitions: Definitions;
  readonly fellows:
    | {
        storeOf(name: string, plan: HistoryPlan): HistoryStore | undefined;
        isAttended(name: string): boolean;
      }
    | undefined;
  newId(what: 'epoch'): string;
  report(what: string, error: unknown): void;
}
