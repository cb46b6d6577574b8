import { show, Unexpected } from './unexpected.js';

/** What has come from one side, in order, until a check takes it. */
export class Journal<T> {
  readonly #name: string;
  readonly #items: T[] = [];
  /** Looks again, of the check that waits; there is one at a time. */
  #look: (() => void) | undefined;
  /** How many items stood before the one that was taken last. */
  #takenAt = 0;

  /** @param name whose it is, for texts: `the client`. */
  constructor(name: string) {
    this.#name = name;
  }

  /** What has come and was not taken. */
  get items(): readonly T[] {
    return this.#items;
  }

  add(item: T): void {
    this.#items.push(item);
    this.#look?.();
  }

  /** Takes it as `take` does, and forgets what came before it. */
  async skipTo(wanted: Like, what: string, millis?: number): Promise<T> {
    const item = await this.take(wanted, what, millis);
    this.#items.splice(0, this.#takenAt);
    return item;
  }

  /** Forgets what was not taken. */
  clear(): void {
    this.#items.length = 0;
  }

  /**
   * Takes the first item that has what is wanted, and waits for it; what it passes over stays.
   *
   * @param what the words for it: `a ping`
   * @param millis how long it waits
   * @throws Unexpected when nothing such has come by then.
   */
  async take(wanted: Like, what: string, millis = PATIENCE): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        const look = (): void => {
          const at = this.#items.findIndex((item) => isLike(item, wanted));
          if (at >= 0) {
            // What comes within the same turn is not for it any more.
            this.#look = undefined;
            this.#takenAt = at;
            resolve(this.#items.splice(at, 1)[0] as T);
          }
        };
        this.#look = look;
        const late = (): void => reject(new Unexpected(`${what} from ${this.#name}`, this.#rest()));
        // A check that is given up, because its program has ended, keeps nobody waiting.
        timer = setTimeout(late, millis).unref();
        look();
      });
    } finally {
      clearTimeout(timer);
      this.#look = undefined;
    }
  }

  #rest(): string {
    return this.#items.length === 0 ? 'nothing' : this.#items.slice(-3).map(show).join(' ');
  }
}

/** Milliseconds for which is waited what should come at once; many, because a machine may be busy. */
export const PATIENCE = 2_000;

/** Some of what an item has, at any depth. */
export type Like = Readonly<Record<string, unknown>>;

function isLike(seen: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return Object.is(seen, wanted);
  if (typeof seen !== 'object' || seen === null) return false;
  return Object.entries(wanted).every(([key, each]) => isLike((seen as Like)[key], each));
}
