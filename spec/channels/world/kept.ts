import type { HistoryHost, HistoryStore } from '../../../lib/channels/history/historyStore.js';
import { MemoryStore } from '../../../lib/channels/history/memoryStore.js';

/** A store that outlives its server, as one on a disk does: the next server goes on with its streams. */
export class Kept {
  #host: HistoryHost | undefined;
  readonly #store = new MemoryStore({ bytes: 64 * 1024 * 1024, streams: 100 });

  constructor() {
    const host = (): HistoryHost => this.#host as HistoryHost;
    this.#store.serve({
      now: () => host().now(),
      isInUse: (name) => host().isInUse(name),
      newEpoch: () => host().newEpoch(),
      report: (what, error) => host().report(what, error),
    });
  }

  /** The store for one more server. */
  get next(): HistoryStore {
    const store = this.#store;
    return {
      get held() {
        return store.held;
      },
      serve: (host) => {
        this.#host = host;
      },
      extent: store.extent.bind(store),
      append: store.append.bind(store),
      after: store.after.bind(store),
      page: store.page.bind(store),
      forget: store.forget.bind(store),
      close: () => Promise.resolve(),
    };
  }
}
