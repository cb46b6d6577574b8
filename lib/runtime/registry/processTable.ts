import type { Pid } from '../../core/index.js';

/**
 * The living processes by PID, with the methods of a Map. A PID ends in the number of its process, and the
 * number is the place in the table, a slot in a page of 256. A page is removed with its last process. A Map
 * with PIDs as keys would often replace its inner table as processes come and go, and the old tables would
 * keep dead processes in memory for longer.
 *
 * The room `registry` has the tables of a system: begin here; then `nameTable.ts`, `groupTable.ts` with
 * `group.ts`, `hostTable.ts` and `behaviors.ts`.
 */
export class ProcessTable<P extends Numbered> {
  readonly #pages = new Map<number, Page<P>>();
  /** The page that was found last, because processes that are used at the same time are often neighbours. */
  #last: Page<P> = NO_PAGE;
  /** The page of new processes. It stays even if empty, because each short life might make a page else. */
  #newest: Page<P> = NO_PAGE;
  size = 0;

  get(pid: Pid | string): P | undefined {
    if (typeof pid !== 'string') return undefined;
    const number = numberOf(pid);
    const process = this.#page(pageOf(number))?.slots[number & (PAGE - 1)];
    // The PID is compared, because a name or a PID of another host or node may end in the same number.
    return process?.pid === pid ? process : undefined;
  }

  has(pid: Pid | string): boolean {
    return this.get(pid) !== undefined;
  }

  /** Adds a process. Its place is free, because its number is new. */
  add(process: P): void {
    const { number } = process;
    const index = pageOf(number);
    let page = this.#page(index);
    if (page === undefined) {
      page = { index, slots: new Array(PAGE).fill(undefined), used: 0 };
      this.#pages.set(index, page);
      const full = this.#newest;
      this.#newest = page;
      this.#drop(full);
    }
    page.slots[number & (PAGE - 1)] = process;
    page.used++;
    this.size++;
  }

  delete({ number }: P): void {
    const page = this.#page(pageOf(number));
    if (page === undefined) return;
    page.slots[number & (PAGE - 1)] = undefined;
    this.size--;
    page.used--;
    this.#drop(page);
  }

  /** Removes a page if no process is in it and none can come into it. */
  #drop(page: Page<P>): void {
    if (page.used > 0 || page === this.#newest) return;
    this.#pages.delete(page.index);
    this.#last = NO_PAGE;
  }

  #page(index: number): Page<P> | undefined {
    if (this.#last.index === index) return this.#last;
    const page = this.#pages.get(index);
    if (page !== undefined) this.#last = page;
    return page;
  }

  *values(): Iterable<P> {
    for (const { slots } of this.#pages.values()) {
      for (const process of slots) if (process !== undefined) yield process;
    }
  }
}

const PAGE = 256;

/** A process as the table holds it: its PID ends in its number. */
export interface Numbered {
  readonly pid: Pid;
  readonly number: number;
}

interface Page<P> {
  readonly index: number;
  readonly slots: (P | undefined)[];
  used: number;
}

const NO_PAGE: Page<never> = { index: -1, slots: [], used: 0 };

const pageOf = (number: number): number => Math.floor(number / PAGE);

/** The number at the end of a PID, read backwards to its `0x`; any number for another text. */
function numberOf(text: string): number {
  let number = 0;
  let shift = 0;
  for (let at = text.length - 2; at > 0; at--) {
    const code = text.charCodeAt(at);
    if (code === 120) return number; // x
    const digit = code < 58 ? code - 48 : code - 87;
    // Bit operations as far as they go, because they are faster, and every message is looked up here.
    if (shift < 28) number |= digit << shift;
    else number += digit * 2 ** shift;
    shift += 4;
  }
  return -1;
}
