import type { Observable, Subscriber, Subscription } from 'rxjs';
import {
  type Exit,
  holdDelivering,
  type Inbox,
  is,
  type Output,
  type Pid,
  ProcessError,
  type ProcessSignal,
  type Self,
} from '../core/index.js';
import { type ChildInfo, type Process, spawn, type Team } from '../runtime/index.js';
import { fate } from './fate.js';
import { members } from './handleRequest.js';
import { supervisorRequest } from './request.js';
import { Run } from './run.js';
import type { Child, Effect, Event, State } from './state.js';
import { initial, step } from './step.js';
import { Successors } from './successors.js';

/** One run of a supervisor: brings it events, and does what `step` makes of them. */
export class Supervisor implements Team {
  readonly strategy: string;
  readonly #me: Process;
  readonly #out: Subscriber<Output>;
  readonly #state: State;
  /** The living children. */
  readonly #runs = new Map<Child, Run>();
  #timers: Map<Child, Subscription> | undefined;
  #successors: Successors | undefined;
  /** Resumes the mailbox, which is held while a call waits (M12). */
  #resume = (): void => {};
  /** Callbacks that wait until all first children have started; `undefined` from then on. */
  #waiting: (() => void)[] | undefined = [];

  constructor(plan: State['plan'], me: Process, out: Subscriber<Output>) {
    this.strategy = plan.strategy;
    this.#me = me;
    this.#out = out;
    this.#state = initial(plan);
  }

  run(inbox: Inbox, self: Self): () => void {
    const me = this.#me;
    me.supervision ??= {};
    if (me.supervision.team !== undefined) {
      throw new ProcessError('Invalid', `${me.pid} supervises already: nest another as its child`);
    }
    me.supervision.team = this;
    me.trapLinks = true;
    this.#out.add(self.signals$.subscribe((signal) => this.#signalled(signal)));
    this.#out.add(
      inbox.subscribe((message) => {
        if (!is(message, supervisorRequest)) return;
        const { child } = (message.payload ?? {}) as { child?: unknown };
        const id = typeof child === 'string' ? this.#idOf(child) : undefined;
        this.#dispatch({ type: 'call', message, id, at: this.#now() });
        if (this.#state.work !== undefined) this.#resume = holdDelivering();
      }),
    );
    this.#dispatch({ type: 'open', at: this.#now() });
    return () => this.#tearDown();
  }

  // --- the team, for the runtime --------------------------------------------------------------------

  members(): readonly ChildInfo[] {
    return members(this.#state);
  }

  whenUp(run: () => void): void {
    if (this.#waiting === undefined) run();
    else this.#waiting.push(run);
  }

  pidOf(id: string): Pid | undefined {
    return this.#state.children.get(id)?.pid;
  }

  successors(id: string, former: Pid): Observable<Pid> {
    this.#successors ??= new Successors((child) => this.#state.children.get(child));
    return this.#successors.of(id, former);
  }

  // --- events ---------------------------------------------------------------------------------------

  #dispatch(event: Event): void {
    if (this.#out.closed) return;
    try {
      for (const effect of step(this.#state, event)) this.#perform(effect);
      if (this.#state.work === undefined) this.#resume();
      this.#successors?.look();
    } catch (error) {
      this.#me.crash(error);
    }
  }

  /** A child's exit unties it, so a LINK_DOWN is of another process, and ends this one (V7). */
  #signalled(signal: ProcessSignal): void {
    const reason = signal.kind === 'pid.cancel' ? ({ type: 'shutdown' } as const) : signal.reason;
    this.#dispatch({ type: 'end', reason, at: this.#now() });
  }

  started(child: Child, pid: Pid): void {
    this.#dispatch({ type: 'started', child, pid, at: this.#now() });
  }

  exited(run: Run, { from, reason }: Exit): void {
    const { child, process } = run;
    this.#runs.delete(child);
    this.#me.untie(process);
    const final = process.host.phase !== 'running';
    this.#dispatch({ type: 'exited', child, pid: from, reason, final, at: this.#now() });
  }

  // --- effects --------------------------------------------------------------------------------------

  #perform(effect: Effect): void {
    const { kernel, pid } = this.#me;
    switch (effect.type) {
      case 'start':
        // A restart belongs to no request, although a request may have caused the crash.
        if (this.#state.work?.purpose.type !== 'restart') return this.#start(effect.child);
        return kernel.queue.withoutContext(() => this.#start(effect.child));
      case 'stop':
        return this.#runs.get(effect.child)?.stop();
      case 'schedule': {
        const { child, ticket, after } = effect;
        const due = (): void => {
          this.#timers?.delete(child);
          this.#dispatch({ type: 'due', child, ticket, at: this.#now() });
        };
        this.#timers ??= new Map();
        const timers = this.#timers;
        // Otherwise the timer would keep the request in memory for as long as it waits.
        kernel.queue.withoutContext(() => void timers.set(child, kernel.after(after, due)));
        return;
      }
      case 'unschedule':
        this.#timers?.get(effect.child)?.unsubscribe();
        this.#timers?.delete(effect.child);
        return;
      case 'up': {
        const waiting = this.#waiting ?? [];
        this.#waiting = undefined;
        for (const run of waiting) run();
        return;
      }
      case 'warn': {
        const text = effect.message + fate(this.#me, effect.ending);
        return kernel.events.warning('supervisor', text, pid);
      }
      default:
        this.#out.next(effect);
    }
  }

  #start(child: Child): void {
    const me = this.#me;
    const { kernel } = me;
    try {
      const { plan, options } = child;
      const process = spawn(kernel, plan.behavior, options, { parent: me, linked: true });
      const run = new Run(this, me, child, process);
      this.#runs.set(child, run);
      run.begin();
    } catch (error) {
      // Handled in a turn of its own, as an exit is.
      const event = { type: 'exited', child, pid: undefined, final: false } as const;
      const reason = { type: 'error', error } as const;
      const receive = (): void => this.#dispatch({ ...event, reason, at: this.#now() });
      kernel.queue.push({ receive }, undefined);
    }
  }

  /** Runs at the end, whatever its cause: stops all children at once, because nobody can wait (V7). */
  #tearDown(): void {
    if (this.#me.supervision?.team === this) this.#me.supervision.team = undefined;
    this.#timers?.forEach((timer) => void timer.unsubscribe());
    this.#successors?.end();
    for (const child of [...this.#state.children.values()].reverse()) {
      if (child.status !== 'stopping') this.#runs.get(child)?.stop();
    }
  }

  /** The id of a child that is given by its id, or by its PID while it runs. */
  #idOf(child: string): string | undefined {
    if (this.#state.children.has(child)) return child;
    const place = this.#me.kernel.resolve(child)?.supervision;
    return place?.by === this.#me ? place.id : undefined;
  }

  #now(): number {
    return this.#me.kernel.uptime();
  }
}
