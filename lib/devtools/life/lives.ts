import { defer, finalize, mergeMap, type Observable, of } from 'rxjs';
import { ProcessError } from '../../core/index.js';
import { kernelOf, type Process, type System } from '../../runtime/index.js';
import type { Effort } from '../views/effort.js';
import { noProcess } from '../views/noProcess.js';
import type { SpecAsk, Watch } from '../wire/ask.js';
import type { Life } from '../wire/life.js';
import { nextProcess } from './nextProcess.js';
import { Recorder } from './recorder.js';

/**
 * The lives that one page watches, by the ids of its asks (DV11).
 *
 * The room `life` has the marbles of running processes: begin here; `recorder.ts` records one life, and those that it touches;
 * `marker.ts` makes marbles of what is traced, `causes.ts` finds what has made what, and `lane.ts` is one process, for a spec.
 */
export class Lives {
  readonly #system: System;
  readonly #payloads: boolean;
  readonly #effort: Effort;
  readonly #recorders = new Map<number, Recorder>();

  constructor(system: System, payloads: boolean, effort: Effort) {
    this.#system = system;
    this.#payloads = payloads;
    this.#effort = effort;
  }

  /** Errors with `NotFound`: there is no such process. */
  watch(id: number, { of: target, next = false, follow = false }: LifeAsk): Observable<Life> {
    return defer(() => {
      const recorder = new Recorder(this.#system, {
        ...{ follow, payloads: this.#payloads, effort: this.#effort },
      });
      this.#recorders.set(id, recorder);
      const process$ = next ? nextProcess(this.#system, target) : of(this.#find(target));
      return process$.pipe(mergeMap((process) => recorder.watch(process)));
    }).pipe(finalize(() => this.#recorders.delete(id)));
  }

  /** What `toSpec` makes of a process that is recorded. @throws ProcessError `NotFound`, `Invalid`, with the reason. */
  spec({ life, pid, grain = GRAIN }: SpecAsk['spec']): Observable<string> {
    const recorder = this.#recorders.get(life);
    if (recorder === undefined) throw new ProcessError('NotFound', `there is no life ${life}`);
    return recorder.spec(pid, grain);
  }

  #find(target: string): Process {
    const process = this.#system[kernelOf].resolve(target);
    if (process !== undefined) return process;
    throw noProcess(this.#system, target);
  }
}

type LifeAsk = Extract<Watch, { readonly watch: 'life' }>;

/** Milliseconds: real timers fire late, so that times of a spec are rounded to it. */
const GRAIN = 50;
