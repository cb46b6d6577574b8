import type { Kernel } from '../runtime/index.js';
import type { Propagate } from './clusterOptions.js';
import type { Entry } from './wire/entry.js';

/** Takes the context of a request to other nodes, with what is sent there, and brings theirs (D31). */
export class Carrier {
  readonly #kernel: Kernel;
  readonly #propagate: Propagate | undefined;

  constructor(kernel: Kernel, propagate: Propagate | undefined) {
    this.#kernel = kernel;
    this.#propagate = propagate;
  }

  /** An entry with the context of now. */
  pack(entry: Entry): Entry {
    const propagate = this.#propagate;
    if (propagate === undefined || !TRAVELS.has(entry.kind)) return entry;
    const store = this.#kernel.queue.context;
    const context = store === undefined ? undefined : this.#try('out', () => propagate.out(store));
    return context === undefined ? entry : ({ ...entry, context } as Entry);
  }

  /** Does what an entry says in the context that it has brought. */
  unpack(entry: Entry, act: (entry: Entry) => void): void {
    const propagate = this.#propagate;
    if (propagate === undefined) return act(entry);
    const context = 'context' in entry ? entry.context : undefined;
    if (context === undefined) return act(entry);
    const store = this.#try('in', () => propagate.in(context));
    this.#kernel.queue.runIn(store, () => act(entry));
  }

  /** What a function of the user throws loses the context, not the message. */
  #try(name: string, run: () => unknown): unknown {
    try {
      return run();
    } catch (error) {
      this.#kernel.events.warning('propagate', `propagate.${name} has failed`, undefined, error);
      return undefined;
    }
  }
}

const TRAVELS: ReadonlySet<Entry['kind']> = new Set(['send', 'call', 'cast', 'spawn']);
