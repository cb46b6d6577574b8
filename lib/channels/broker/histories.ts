import type { Kernel } from '../../runtime/index.js';
import type { ChannelDefinition } from '../definitions/channelDefinition.js';
import type { Definitions } from '../definitions/definitions.js';
import type { Limits } from '../definitions/limitOptions.js';
import { ChannelHistory } from '../history/channelHistory.js';
import { readHistory } from '../history/historyOptions.js';
import type { HistoryHost, HistoryStore } from '../history/historyStore.js';
import { MemoryStore } from '../history/memoryStore.js';
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
      isInUse: (name) => channels.countOf(name) > 0,
      newEpoch: () => owner.newId('epoch').slice(0, 8),
      report: (what, error) => owner.report(what, error),
    };
    this.#adopt(this.memory);
  }

  /** Channels are defined, whose history may be in a store of its own. @throws ProcessError `Invalid`: that is of others. */
  adopt({ options: { history } }: ChannelDefinition): void {
    if (history?.store !== undefined) this.#adopt(history.store);
  }

  #adopt(store: HistoryStore): void {
    store.serve(this.#host);
    this.#stores.add(store);
  }

  /** The history of a channel, there already or not, as it is defined now; `undefined`: it has none. */
  of(name: string): ChannelHistory | undefined {
    const { channels, definitions } = this.owner;
    const own = channels.find(name)?.own;
    if (own === undefined && !definitions.hasTraits) return undefined;
    const history = (own ?? definitions.find(name))?.options.history;
    if (history === undefined) return undefined;
    const plan = readHistory(name, history);
    return new ChannelHistory(plan.store ?? this.memory, name, plan);
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
  newId(what: 'epoch'): string;
  report(what: string, error: unknown): void;
}
