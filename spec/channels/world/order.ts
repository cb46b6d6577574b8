/**
 * In which order members of a channel have got its messages: what one sender sends in its order, and any two messages that
 * two members both got in the same (PT10). The second needs a home, and so a history or a process.
 */
export class Order {
  readonly #stays: Stay[] = [];

  constructor(readonly senderOf: (n: number) => string) {}

  /** Somebody is in it from now on, and may get once more what another stay has got. */
  begin(epoch: string | undefined): Stay {
    const stay = new Stay(epoch, this.senderOf);
    this.#stays.push(stay);
    return stay;
  }

  /** Two messages that were got in one order here and in another there. */
  crossed(): readonly [number, number] | undefined {
    for (const [i, one] of this.#stays.entries()) {
      for (const other of this.#stays.slice(i + 1)) {
        const found = one.epoch === other.epoch ? one.crosses(other) : undefined;
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }
}

/** What a member got in one epoch, from one end to the next of what it can know. */
export class Stay {
  readonly #at = new Map<number, number>();
  readonly #last = new Map<string, number>();

  constructor(
    readonly epoch: string | undefined,
    readonly senderOf: (n: number) => string,
  ) {}

  /** The last message before this one of the same sender, if that was to come behind it. */
  hear(n: number): number | undefined {
    const sender = this.senderOf(n);
    const last = this.#last.get(sender) ?? 0;
    this.#last.set(sender, n);
    this.#at.set(n, this.#at.size);
    return n > last ? undefined : last;
  }

  crosses(other: Stay): readonly [number, number] | undefined {
    let last: readonly [n: number, at: number] = [0, -1];
    for (const n of this.#at.keys()) {
      const at = other.#at.get(n);
      if (at === undefined) continue;
      if (at < last[1]) return [last[0], n];
      last = [n, at];
    }
    return undefined;
  }
}
