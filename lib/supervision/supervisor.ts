import type { Subscriber, Subscription } from 'rxjs';
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
import { members } from './handleRequest.js';
import type { Plan } from './plan.js';
import { supervisorRequest } from './request.js';
import { Run } from './run.js';
import type { Child, Effect, Event, State } from './state.js';
import { initial, step } from './step.js';

/** One run of a supervisor: brings it events, and does what `step` makes of them. */
export class Supervisor implements Team {
  readonly strategy: string;
  readonly #me: Process;
  readonly #out: Subscriber<Output>;
  readonly #state: State;
  /** The living children. */
  readonly #runs = new Map<Child, Run>();
  #timers: Map<Child, Subscription> | undefined;
  /** Lets go of the mailbox, which is held while a call waits (M12). */
  #letGo = (): void => {};
  /** Who waits for all first children; `undefined` once they have started. */
  #waiting: (() => void)[] | undefined = [];

  constructor(plan: Plan, me: Process, out: Subscriber<Output>) {
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
        this.#tell({ type: 'call', message, id, at: this.#now() });
        if (this.#state.work !== undefined) this.#letGo = holdDelivering();
      }),
    );
    this.#tell({ type: 'open', at: this.#now() });
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

  // --- events ---------------------------------------------------------------------------------------

  #tell(event: Event): void {
    if (this.#out.closed) return;
    try {
      for (const effect of step(this.#state, event)) this.#perform(effect);
      if (this.#state.work === undefined) this.#letGo();
    } catch (error) {
      this.#me.crash(error);
    }
  }

  /** Of a child there is no LINK_DOWN: its EXIT unties it. So this one is of somebody who matters (V7). */
  #signalled(signal: ProcessSignal): void {
    const reason = signal.kind === 'pid.cancel' ? ({ type: 'shutdown' } as const) : signal.reason;
    this.#tell({ type: 'end', reason, at: this.#now() });
  }

  started(child: Child, pid: Pid): void {
    this.#tell({ type: 'started', child, pid, at: this.#now() });
  }

  exited(run: Run, { from, reason }: Exit): void {
    const { child, process } = run;
    this.#runs.delete(child);
    this.#me.untie(process);
    const final = process.host.phase !== 'running';
    this.#tell({ type: 'exited', child, pid: from, reason, final, at: this.#now() });
  }

  // --- effects --------------------------------------------------------------------------------------

  #perform(effect: Effect): void {
    const { kernel, pid } = this.#me;
    switch (effect.type) {
      case 'start':
        // What a child comes back with is nobody's request, though one may have brought it down.
        if (this.#state.work?.purpose.type !== 'restart') return this.#start(effect.child);
        return kernel.queue.withoutContext(() => this.#start(effect.child));
      case 'stop':
        return this.#runs.get(effect.child)?.stop();
      case 'schedule': {
        const { child, ticket, after } = effect;
        const due = (): void => {
          this.#timers?.delete(child);
          this.#tell({ type: 'due', child, ticket, at: this.#now() });
        };
        this.#timers ??= new Map();
        const timers = this.#timers;
        // A timer would keep the request for as long as it waits.
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
      case 'warn':
        return kernel.events.warning('supervisor', effect.message, pid);
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
      // In a turn of its own, as an exit would be.
      const event = { type: 'exited', child, pid: undefined, final: false } as const;
      const reason = { type: 'error', error } as const;
      const receive = (): void => this.#tell({ ...event, reason, at: this.#now() });
      kernel.queue.push({ receive }, undefined);
    }
  }

  /** The end, by whatever: who still lives is stopped, all at once, because nobody can wait (V7). */
  #tearDown(): void {
    if (this.#me.supervision?.team === this) this.#me.supervision.team = undefined;
    this.#timers?.forEach((timer) => void timer.unsubscribe());
    for (const child of [...this.#state.children.values()].reverse()) {
      if (child.status !== 'stopping') this.#runs.get(child)?.stop();
    }
  }

  /** Of the PID of a running child, its id. */
  #idOf(child: string): string | undefined {
    if (this.#state.children.has(child)) return child;
    const place = this.#me.kernel.resolve(child)?.supervision;
    return place?.by === this.#me ? place.id : undefined;
  }

  #now(): number {
    return this.#me.kernel.uptime();
  }
}
