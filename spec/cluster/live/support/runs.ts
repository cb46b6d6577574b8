/** The numbers that have come of each sender, as ranges: a gap, a repetition or another order begins a new one. */
export class Runs {
  readonly #runs = new Map<string, Run[]>();
  #waiting: Waiting[] = [];

  add(by: string, n: number): void {
    let runs = this.#runs.get(by);
    if (runs === undefined) {
      runs = [];
      this.#runs.set(by, runs);
    }
    const run = runs.at(-1);
    if (run !== undefined && n === run[1] + 1) run[1] = n;
    else runs.push([n, n]);
    if (this.#waiting.length > 0) this.#wake(by, n);
  }

  of(by: string): readonly Run[] {
    return this.#runs.get(by) ?? [];
  }

  /** Resolves when this number, or a later one, has come. */
  async reaches(by: string, n: number): Promise<void> {
    if ((this.of(by).at(-1)?.[1] ?? 0) >= n) return;
    await new Promise<void>((resolve) => this.#waiting.push({ by, n, resolve }));
  }

  #wake(by: string, n: number): void {
    this.#waiting = this.#waiting.filter((each) => {
      if (each.by !== by || n < each.n) return true;
      each.resolve();
      return false;
    });
  }
}

/** The first and the last of consecutive numbers. */
export type Run = [first: number, last: number];

interface Waiting {
  readonly by: string;
  readonly n: number;
  readonly resolve: () => void;
}
