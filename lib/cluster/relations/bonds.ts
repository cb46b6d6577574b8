import type { ExitReason } from '../../core/index.js';
import type { Kernel, Link, Linked, Signal } from '../../runtime/index.js';
import type { Entry } from '../wire/entry.js';
import type { ForeignProcess } from './foreignProcess.js';

/**
 * The links between processes here and processes of another node. Each has an id, so that what is said of a former link
 * of a pair has no effect on the next one (D34, K3). If both ends ask at once, one link gets both ids, and lasts as long as
 * one of them: who gives it up takes back the ids that it knows, and what the other end has asked meanwhile stays.
 */
export class Bonds {
  readonly #kernel: Kernel;
  readonly #post: (entry: Entry) => void;
  readonly #byId = new Map<number, Bond>();
  readonly #byLink = new Map<Link, Bond>();
  #next: number;

  /** One end draws odd ids and the other even ones; `first` is 1 or 2. */
  constructor(kernel: Kernel, post: (entry: Entry) => void, first: number) {
    this.#kernel = kernel;
    this.#post = post;
    this.#next = first;
  }

  get size(): number {
    return this.#byLink.size;
  }

  /** Of all links; one may have many. */
  get ids(): number {
    return this.#byId.size;
  }

  /** The id for a link that this end makes. */
  draw(): number {
    const id = this.#next;
    this.#next += 2;
    return id;
  }

  /** Whether an id is one that the other end may draw, and new (D60). */
  isTheirs(id: number): boolean {
    return Number.isSafeInteger(id) && id >= 0 && id % 2 !== this.#next % 2 && !this.#byId.has(id);
  }

  /** A process there was spawned with a link to one here, under an id of this end (D38). */
  adopt(id: number, own: Linked, foreign: ForeignProcess): void {
    if (own.ended) {
      const reason = { type: 'noproc' } as const;
      return this.#post({ kind: 'linkExit', a: own.pid, b: foreign.pid, id, reason });
    }
    const link: Link = { type: 'link' };
    own.links.set(foreign, link);
    this.#add(id, own, foreign, link);
  }

  /** A process here has asked for a link. */
  ask(own: Linked, foreign: ForeignProcess, link: Link): void {
    const id = this.draw();
    // The other end may have asked since the process did. Then this id is another one of that link, which is its own now.
    const agreed = this.#linkOf(own, foreign) ?? link;
    if (own.links.get(foreign) === link) own.links.set(foreign, agreed);
    this.#add(id, own, foreign, agreed);
    this.#post({ kind: 'link', a: own.pid, b: foreign.pid, id });
  }

  /** A process here has given a link up. */
  giveUp(own: Linked, foreign: ForeignProcess, link: Link): void {
    for (const id of this.#remove(link)) {
      this.#post({ kind: 'unlink', a: own.pid, b: foreign.pid, id });
    }
  }

  /** A process here has ended. By which ids the other end knows the link cannot be told: it may have given up some. */
  exit(
    own: { readonly pid: string },
    foreign: ForeignProcess,
    link: Link,
    reason: ExitReason,
  ): void {
    for (const id of this.#remove(link)) {
      this.#post({ kind: 'linkExit', a: own.pid, b: foreign.pid, id, reason });
    }
  }

  /** The other end asks for a link; `false` if its id is not one that it may draw. */
  asked(foreign: ForeignProcess, { a, b, id }: Entry & { kind: 'link' }): boolean {
    if (!this.isTheirs(id)) return false;
    const own = this.#kernel.processes.get(b);
    if (own === undefined) {
      this.#post({ kind: 'linkExit', a: b, b: a, id, reason: { type: 'noproc' } });
      return true;
    }
    const mine = this.#linkOf(own, foreign);
    const link: Link = mine ?? { type: 'link' };
    this.#add(id, own, foreign, link);
    if (mine === undefined) this.#push(own, { signal: 'link', peer: foreign, link });
    return true;
  }

  givenUp({ id }: Entry & { kind: 'unlink' }): void {
    const bond = this.#byId.get(id);
    if (bond === undefined) return;
    this.#byId.delete(id);
    bond.ids.delete(id);
    if (bond.ids.size > 0) return;
    this.#remove(bond.link);
    this.#push(bond.own, { signal: 'unlink', peer: bond.foreign, link: bond.link });
  }

  exited({ id, reason }: Entry & { kind: 'linkExit' }): void {
    const bond = this.#byId.get(id);
    if (bond !== undefined) this.#down(bond, reason);
  }

  /** The session has ended (D9). */
  end(reason: ExitReason): void {
    for (const bond of [...this.#byLink.values()]) this.#down(bond, reason);
  }

  /** The other end is lost. Its wish for the link stays until that arrives, for the link itself may be on its way still. */
  #down({ own, foreign, link }: Bond, reason: ExitReason): void {
    this.#remove(link);
    foreign.links.set(own, link);
    this.#push(own, { signal: 'linkExit', peer: foreign, link, reason });
    this.#kernel.queue.push({ receive: () => this.#forget(own, foreign, link) }, undefined);
  }

  /** The link of a pair, if it is in force on this node. */
  #linkOf(own: Linked, foreign: ForeignProcess): Link | undefined {
    const link = foreign.links.get(own);
    return link !== undefined && this.#byLink.has(link) ? link : undefined;
  }

  #forget(own: Linked, foreign: ForeignProcess, link: Link): void {
    if (foreign.links.get(own) === link) foreign.links.delete(own);
  }

  #add(id: number, own: Linked, foreign: ForeignProcess, link: Link): void {
    const bond = this.#byLink.get(link) ?? { own, foreign, link, ids: new Set() };
    bond.ids.add(id);
    this.#byId.set(id, bond);
    this.#byLink.set(link, bond);
    foreign.links.set(own, link);
  }

  /** Forgets a link, and says the ids by which the other end knows it; none if it is not known here any more. */
  #remove(link: Link): Iterable<number> {
    const bond = this.#byLink.get(link);
    if (bond === undefined) return [];
    const { ids, own, foreign } = bond;
    this.#byLink.delete(link);
    for (const id of ids) this.#byId.delete(id);
    this.#forget(own, foreign, link);
    return ids;
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
  readonly ids: Set<number>;
}
