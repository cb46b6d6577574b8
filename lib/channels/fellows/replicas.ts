import type { Bounds, Entry, HistoryHost } from '../history/historyStore.js';
import type { KeptEntry, KeptStream } from '../history/keptStream.js';
import { MemoryStore } from '../history/memoryStore.js';

/** The histories of channels whose homes are on other nodes, as these have told of them. */
export class Replicas extends MemoryStore {
  /** None of them is forgotten while its home goes on with it: it would begin anew here, as another stream. */
  override serve(host: HistoryHost): void {
    super.serve({ ...host, isInUse: () => true });
  }

  has(name: string): boolean {
    return this.streams.has(name);
  }

  override adopt(kept: KeptStream, bounds: Bounds): void {
    super.adopt(kept, bounds);
  }

  /** Adds the next one of a stream that is here; with `keep: 'latest'` there may be holes where older values were. */
  apply(name: string, { offset, plain, key }: KeptEntry, bounds: Bounds): Entry {
    this.reach(name, offset - 1);
    return this.append(name, { plain, key }, bounds);
  }

  /** The stream is there now: the last ones were replaced since. */
  reach(name: string, top: number): void {
    const stream = this.streams.get(name);
    if (stream !== undefined) stream.top = Math.max(stream.top, top);
  }

  /** The stream is not followed any more. */
  override release(name: string): ReturnType<MemoryStore['release']> {
    return super.release(name);
  }
}
