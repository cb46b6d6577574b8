import { mergeMap, type Observable, of, takeUntil, tap } from 'rxjs';
import type { Cluster } from '../../../../lib/cluster/index.js';
import { type Behavior, type Pid, reply, type System } from '../../../../lib/index.js';

/** The names of the cluster for which all nodes of a soak contend. */
export const TITLES = Array.from({ length: 10 }, (_, at) => `@title:${at}`);

/**
 * The processes of one node that want names of the cluster, and what they believe: who has got a name has it until it
 * gives it up, ends, or is told that it has lost it (D43).
 */
export class Holders {
  readonly #system: System;
  readonly #cluster: Cluster;
  readonly #faults: string[];
  readonly #held = new Map<Pid, string>();
  #asked = 0;

  /** @param faults where it writes down what breaks a promise */
  constructor(system: System, cluster: Cluster, faults: string[]) {
    this.#system = system;
    this.#cluster = cluster;
    this.#faults = faults;
    // It runs only when it is sure of its name.
    system.define('holder', (inbox, self) => {
      const [title] = self.args as [string];
      this.#hold(self.pid, title);
      return this.#holder(title)(inbox, self);
    });
  }

  claim(title: string): void {
    this.#ask(this.#cluster.names.claim(title, 'holder', { args: [title] }), () => {});
  }

  register(title: string): void {
    const pid = this.#system.spawn(this.#holder(title));
    this.#ask(
      this.#cluster.names.register(title, pid),
      () => this.#hold(pid, title),
      () => this.#system.terminate(pid),
    );
  }

  unregister(title: string): void {
    if (!this.#cluster.names.unregister(title)) return;
    for (const [pid, held] of this.#held) if (held === title) this.#system.terminate(pid);
  }

  /** What is known here at rest. */
  report(): HoldersReport {
    const held = [...this.#held].map(([pid, title]) => ({ pid, title }));
    const isUnaware = ({ pid, title }: Held): boolean =>
      this.#system.info(pid)?.names.includes(title) === false;
    return { asked: this.#asked, held, unaware: held.filter(isUnaware), faults: this.#faults };
  }

  /** All names of this node are given back. */
  end(): void {
    for (const pid of this.#held.keys()) this.#system.terminate(pid);
  }

  #hold(pid: Pid, title: string): void {
    this.#held.set(pid, title);
    this.#system.monitor(pid).subscribe(() => this.#held.delete(pid));
  }

  /** Answers questions, and ends when it is told that it has lost its name. */
  #holder(title: string): Behavior {
    return (inbox, self) => {
      const told$ = self.signals$.pipe(
        tap((signal) => {
          const reason = signal.kind === 'pid.cancel' ? signal.reason : signal.kind;
          if (reason !== `name lost: ${title}`) this.#faults.push(`a holder is told ${reason}`);
        }),
      );
      return inbox.pipe(
        mergeMap((message) => of(reply(message, message.payload))),
        takeUntil(told$),
      );
    };
  }

  /** One value, or one error. */
  #ask<T>(source: Observable<T>, got: () => void, failed = (): void => {}): void {
    let values = 0;
    this.#asked += 1;
    const over = (): void => {
      this.#asked -= 1;
    };
    source
      .subscribe({
        next: () => {
          values += 1;
          got();
        },
        error: ({ code, message }) => {
          if (!OUTCOMES.has(code)) this.#faults.push(`a name is refused: ${code} ${message}`);
          failed();
        },
        complete: () => {
          if (values !== 1) this.#faults.push(`one who wants a name is told ${values} owners`);
        },
      })
      .add(over);
  }
}

/** Who believes to have which name. */
export interface Held {
  readonly pid: Pid;
  readonly title: string;
}

export interface HoldersReport {
  /** Claims and registrations without an outcome. */
  readonly asked: number;
  readonly held: readonly Held[];
  /** Those of them who have lost it, and were not told. */
  readonly unaware: readonly Held[];
  readonly faults: readonly string[];
}

const OUTCOMES = new Set(['Unavailable', 'AlreadyExists', 'NotFound']);
