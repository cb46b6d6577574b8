import type { ExitReason } from '../../core/index.js';
import type { Kernel, Link, Linked, Signal } from '../../runtime/index.js';
import type { Entry } from '../wire/entry.js';
import type { ForeignProcess } from './foreignProcess.js';

/**
 * The links between processes here and processes of another node. Each has an id, so that what is said of a former link
 * of a pair has no effect on the next one (D34, K3). If both ends ask at once, one link gets both ids.
 */
export class Bonds {
  readonly #kernel: Kernel;
  readonly #post: (entry: Entry) => void;
  readonly #bonds = new Map<number, Bond>();
  readonly #ids = new Map<Link, number[]>();
  #next: number;

  /** The ends draw ids from even and odd numbers, `first` is 1 or 2. */
  constructor(kernel: Kernel, post: (entry: Entry) => void, first: number) {
    this.#kernel = kernel;
    this.#post = post;
    this.#next = first;
  }

  get size(): number {
    return this.#ids.size;
  }

  /** The id for a link that this end makes. */
  draw(): number {
    const id = this.#next;
    this.#next += 2;
    return id;
  }

  /** A process there was spawned with a link to one here, under an id of this end (D38). */
  adopt(id: number, own: Linked, foreign: ForeignProcess): void {
    if (own.ended) {
      const reason = { type: 'noproc' } as const;
      return this.#post({ kind: 'linkExit', a: own.pid, b: foreign.pid, id, reason });
    }
    const link: Link = { type: 'link' };
    own.links.set(foreign, link);
    foreign.links.set(own, link);
    this.#add(id, { own, foreign, link });
  }

  /** A process here has asked for a link. */
  ask(own: Linked, foreign: ForeignProcess, link: Link): void {
    const id = this.draw();
    this.#add(id, { own, foreign, link });
    this.#post({ kind: 'link', a: own.pid, b: foreign.pid, id });
  }

  /** A process here has given a link up. */
  giveUp(own: Linked, foreign: ForeignProcess, link: Link): void {
    const id = this.#remove(link);
    if (id !== undefined) this.#post({ kind: 'unlink', a: own.pid, b: foreign.pid, id });
  }

  /** A process here has ended. */
  exit(own: { readonly pid: string }, foreign: ForeignProcess, link: Link, why: ExitReason): void {
    const id = this.#remove(link);
    if (id === undefined) return;
    this.#post({ kind: 'linkExit', a: own.pid, b: foreign.pid, id, reason: why });
  }

  /** The other end asks for a link. */
  asked(foreign: ForeignProcess, { a, b, id }: Entry & { kind: 'link' }): void {
    const own = this.#kernel.processes.get(b);
    if (own === undefined) {
      return this.#post({ kind: 'linkExit', a: b, b: a, id, reason: { type: 'noproc' } });
    }
    const mine = own.links.get(foreign);
    const isCrossing = mine !== undefined && this.#ids.has(mine);
    const link: Link = isCrossing ? mine : { type: 'link' };
    this.#add(id, { own, foreign, link });
    foreign.links.set(own, link);
    this.#push(own, { signal: 'link', peer: foreign, link });
  }

  givenUp({ id }: Entry & { kind: 'unlink' }): void {
    const bond = this.#take(id);
    if (bond !== undefined) {
      this.#push(bond.own, { signal: 'unlink', peer: bond.foreign, link: bond.link });
    }
  }

  exited({ id, reason }: Entry & { kind: 'linkExit' }): void {
    const bond = this.#take(id);
    if (bond !== undefined) this.#down(bond, reason);
  }

  /** The session has ended (D9). */
  end(reason: ExitReason): void {
    const bonds = new Set(this.#bonds.values());
    for (const { link } of bonds) this.#remove(link);
    for (const bond of bonds) this.#down(bond, reason);
  }

  #down({ own, foreign, link }: Bond, reason: ExitReason): void {
    this.#push(own, { signal: 'linkExit', peer: foreign, link, reason });
  }

  #add(id: number, bond: Bond): void {
    const ids = this.#ids.get(bond.link);
    const former = ids === undefined ? undefined : this.#bonds.get(ids[0] as number);
    this.#bonds.set(id, former ?? bond);
    if (ids === undefined) this.#ids.set(bond.link, [id]);
    else ids.push(id);
  }

  #take(id: number): Bond | undefined {
    const bond = this.#bonds.get(id);
    if (bond !== undefined) this.#remove(bond.link);
    return bond;
  }

  /** Forgets a link, and says the id by which the other end has known it first. */
  #remove(link: Link): number | undefined {
    const ids = this.#ids.get(link);
    if (ids === undefined) return undefined;
    this.#ids.delete(link);
    const bond = this.#bonds.get(ids[0] as number);
    if (bond !== undefined) bond.foreign.links.delete(bond.own);
    for (const id of ids) this.#bonds.delete(id);
    return ids[0];
  }

  #push(own: Linked, signal: Signal): void {
    this.#kernel.queue.push(own, signal);
  }
}

/** One link. */
interface Bond {
  readonly own: Linked;
  readonly foreign: ForeignProcess;
  readonly link: Link;
}
