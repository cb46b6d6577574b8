import type { Unsubscribable } from 'rxjs';
import { type Pid, parsePid } from '../../core/index.js';
import type { Stats } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import type { FiguresElsewhere } from '../broker/clientsElsewhere.js';
import { type FellowProcess, type Part, taking } from './fellowProcess.js';
import { frames } from './frames.js';

/**
 * What other nodes have counted, and what they are told of this one (CN50). Nobody is asked: each tells the others how many
 * are connected 100 ms after that has changed, and once a second all that it has counted, if there is news.
 */
export class Figures implements Part, FiguresElsewhere {
  readonly #broker: Broker;
  readonly #own: FellowProcess;
  readonly #others = new Map<Pid, Told>();
  count: (() => Stats) | undefined;
  counted: Stats | undefined;
  /** What was told last, but for what changes all the time, and seconds since then. */
  #told = '';
  #age = 0;
  /** Of the next second. */
  #clock: Unsubscribable | undefined;
  /** Set while others have another number of connections than there are. */
  #soon: Unsubscribable | undefined;
  readonly takes = [
    taking(frames.figures, ([connections, stats], from) => {
      const before = this.#others.get(from)?.stats;
      this.#others.set(from, { connections, stats: stats ?? before });
    }),
  ];

  constructor(broker: Broker, own: FellowProcess) {
    this.#broker = broker;
    this.#own = own;
  }

  get name(): string {
    return nameOf(this.#own.pid);
  }

  get connections(): number {
    return [...this.#others.values()].reduce((sum, each) => sum + each.connections, 0);
  }

  get others(): readonly (readonly [name: string, stats: Stats])[] {
    const told = [...this.#others].flatMap(([pid, { stats }]) =>
      stats === undefined ? [] : [[nameOf(pid), stats] as const],
    );
    return told.sort(([one], [other]) => (one < other ? -1 : 1));
  }

  // --- what others are told -------------------------------------------------------------------------

  /** Somebody has come or gone. */
  changed(): void {
    const { fellows } = this.#own;
    if (fellows.size === 0 || this.#broker.hasEnded) return;
    this.#soon ??= this.#broker.after(SOON, () => {
      this.#soon = undefined;
      this.#own.tellAll(frames.figures, [this.#broker.members.size, undefined]);
    });
  }

  fellowUp(fellow: Pid): void {
    this.counted ??= this.count?.();
    this.#own.tell(fellow, frames.figures, [this.#broker.members.size, this.counted]);
    if (this.#clock === undefined) this.#tick();
  }

  /** Runs while there are others. */
  #tick(): void {
    this.#clock = this.#broker.after(SECOND, () => {
      this.#tell();
      this.#tick();
    });
  }

  #tell(): void {
    this.counted = this.count?.();
    const { at, uptime_ms, process, ...news } = this.counted ?? ({} as Partial<Stats>);
    const text = JSON.stringify(news);
    if (text === this.#told && ++this.#age < OLD) return;
    this.#told = text;
    this.#age = 0;
    this.#own.tellAll(frames.figures, [this.#broker.members.size, this.counted]);
  }

  fellowDown(fellow: Pid): void {
    this.#others.delete(fellow);
    if (this.#own.fellows.size === 0) this.#rest();
  }

  end(): void {
    this.#others.clear();
    this.#rest();
  }

  #rest(): void {
    this.#clock?.unsubscribe();
    this.#soon?.unsubscribe();
    this.#clock = this.#soon = this.counted = undefined;
  }
}

/** What a fellow has told. */
interface Told {
  readonly connections: number;
  readonly stats: Stats | undefined;
}

/** The name of a process's node, which is its id without the incarnation (D1). */
const nameOf = (pid: Pid): string => (parsePid(pid).node ?? '').replace(/~.*$/, '');

/** Milliseconds. */
const SOON = 100;
const SECOND = 1_000;

/** Seconds after which memory and event loop are told again, though nothing else has changed. */
const OLD = 10;
