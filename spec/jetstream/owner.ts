import { filter, firstValueFrom, ReplaySubject, take, timeout, timer, toArray } from 'rxjs';
import type { Bounds, Hold, Keeper, Shared, SharedStore } from '../../lib/channels/index.js';

export const BOUNDS: Bounds = { size: 100, ttl: 300_000, bytes: 1_000_000, keep: 'all' };

/** Who holds a stream, and all that it is told. */
export class Owner implements Keeper {
  readonly hold: Hold;
  readonly #told$ = new ReplaySubject<string>();
  seen: ReadonlyMap<string, number> = new Map();
  waiting: readonly string[] = [];

  constructor(
    readonly store: SharedStore,
    readonly name = 'a',
    readonly bounds = BOUNDS,
  ) {
    this.hold = store.take(name, bounds, this);
  }

  send(text: string, key?: string, origin?: Shared['origin']): boolean {
    return this.hold.append({ plain: JSON.stringify({ text }), key, origin });
  }

  opened(seen: ReadonlyMap<string, number>): void {
    this.seen = seen;
    this.#told$.next('opened');
  }

  appended({ offset, frame }: { offset: number; frame: string }): void {
    this.#told$.next(`${offset} ${JSON.parse(frame).text}`);
  }

  ended(why: string, waiting: readonly Shared[]): void {
    this.waiting = waiting.map(({ plain }) => JSON.parse(plain).text);
    this.#told$.next(why);
  }

  after(millis: number, run: () => void) {
    return timer(millis).subscribe(run);
  }

  /** Resolves when it is told this. */
  async told(what: string): Promise<void> {
    await firstValueFrom(
      this.#told$.pipe(
        filter((each) => each === what),
        timeout(15_000),
      ),
    );
  }

  /** The first so many things that it is told. */
  first(count: number): Promise<readonly string[]> {
    return firstValueFrom(this.#told$.pipe(take(count), toArray(), timeout(15_000)));
  }

  get extent() {
    return this.store.extent(this.name, this.bounds);
  }

  get texts(): readonly string[] {
    const { name, bounds } = this;
    const { entries } = this.store.after(name, 0, { count: 10_000, bytes: 10_000_000 }, bounds);
    return entries.map(({ offset, frame }) => `${offset} ${JSON.parse(frame).text}`);
  }
}
