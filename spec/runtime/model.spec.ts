import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ignoreElements, merge, type Observable, Subject, type Subscription, tap } from 'rxjs';
import {
  type Behavior,
  broadcast,
  type Command,
  type ExitReason,
  type Pid,
  type Self,
  send,
} from '../../lib/index.js';
import { type TestSystem, testSystem } from '../../lib/testing/index.js';
import { type Act, type Group, Model, type Seen } from '../support/otpModel.js';
import { brief, tables } from '../support/runtime.js';

const FOUNDERS = 3;
const GROUPS: readonly Group[] = ['g', 'h'];

/** A process as the model has it, in a real system on virtual time. */
interface Actor {
  readonly pid: Pid;
  readonly log: string[];
  /** What its behaviour emits. */
  readonly output$: Subject<Command>;
  /** Of the behaviour that runs now; none before its first turn. */
  self: Self | undefined;
  version: number;
}

/** A real system that does what the model does. */
class World {
  readonly system: TestSystem = testSystem();
  readonly actors: Actor[] = [];
  readonly #monitors: Subscription[] = [];

  constructor() {
    this.system.define('actor', this.#behavior);
    for (let made = 0; made < FOUNDERS; made++) this.#add(this.system.spawn('actor', this.#args()));
    this.system.flush();
  }

  at(place: number): Actor {
    return this.actors[place % this.actors.length] as Actor;
  }

  do(step: Act): void {
    try {
      this.#do(step);
    } catch (error) {
      // A refusal is an error with a code, and the model knows what it leaves unchanged: everything.
      expect(error).toMatchObject({ name: 'ProcessError', code: expect.any(String) });
    }
  }

  seen(): Seen[] {
    const { system } = this;
    const living = new Set(system.processes().map(({ pid }) => pid));
    return this.actors.map(({ pid, log }) => ({
      log,
      alive: living.has(pid),
      names: ['x', 'y'].filter((name) => system.names.lookup(name) === pid),
    }));
  }

  members(group: Group): number[] {
    return this.system.groups.members(group).map((pid) => this.#placeOf(pid));
  }

  #do(step: Act): void {
    const { system } = this;
    switch (step.act) {
      case 'flush':
        return system.flush();
      case 'demonitor':
        return this.#monitors[step.which % Math.max(1, this.#monitors.length)]?.unsubscribe();
      case 'unregister':
        return void (step.name !== undefined && system.names.unregister(step.name));
      case 'signal':
        return void system.exit(this.at(step.to).pid, reasonOf(step.reason));
      case 'terminate':
        return void system.terminate(this.at(step.to).pid);
      default: {
        const by = this.at(step.by);
        if (by.self !== undefined) this.#by(by, by.self, step);
      }
    }
  }

  #by(by: Actor, self: Self, step: Act & { readonly by: number }): void {
    switch (step.act) {
      case 'spawn': {
        const options = { ...this.#args(), ...(step.name !== undefined && { name: step.name }) };
        const pid = step.linked
          ? self.spawnLinked('actor', options).pid
          : self.spawn('actor', options);
        return this.#add(pid);
      }
      case 'send':
      case 'sendName': {
        const to = step.act === 'send' ? this.at(step.to).pid : step.name;
        const text = `${this.#placeOf(by.pid)}>${step.value}`;
        // By command and by self in turn: both keep one order (M3).
        if (to === undefined) return;
        if (step.value % 2 === 0) by.output$.next(send(to, 'said', text));
        else self.send(to, 'said', text);
        return;
      }
      case 'link':
        return self.link(this.at(step.to).pid);
      case 'unlink':
        return self.unlink(this.at(step.to).pid);
      case 'monitor':
        return this.#monitor(by, self, this.at(step.to).pid);
      case 'trap':
        return self.setOptions({ trapLinks: step.on });
      case 'register':
        if (step.name !== undefined) self.register(step.name);
        return;
      case 'join':
        return self.join(step.group);
      case 'leave':
        return self.leave(step.group);
      case 'broadcast':
        return by.output$.next(
          broadcast(step.group, 'said', `${this.#placeOf(by.pid)}>${step.value}`),
        );
      case 'exit':
        return self.exit(reasonOf(step.reason));
      case 'upgrade':
        self.upgrade();
        by.self = undefined;
        by.version++;
    }
  }

  #monitor(by: Actor, self: Self, target: Pid): void {
    const ref = this.#monitors.length;
    const monitor = self.monitor(target).subscribe(({ from, reason }) => {
      by.log.push(`${by.version}: exit ${this.#placeOf(from)} ${brief(reason)} #${ref}`);
    });
    // A dead process gets a stream that has completed, and no monitor.
    if (!monitor.closed) this.#monitors.push(monitor);
  }

  #add(pid: Pid): void {
    this.actors.push({ pid, log: [], output$: new Subject(), self: undefined, version: 0 });
  }

  /** The place that the next process will have. */
  #args(): { readonly args: readonly [number] } {
    return { args: [this.actors.length] };
  }

  #placeOf(pid: Pid): number {
    return this.actors.findIndex((actor) => actor.pid === pid);
  }

  readonly #behavior: Behavior = (inbox, self): Observable<Command> => {
    const actor = this.actors[self.args[0] as number] as Actor;
    actor.self = self;
    const note = (text: string): void => void actor.log.push(`${actor.version}: ${text}`);
    const down = (from: Pid | undefined, reason: ExitReason): void =>
      note(`down ${from === undefined ? 'outside' : this.#placeOf(from)} ${brief(reason)}`);
    const heard$ = merge(
      inbox.pipe(tap(({ payload }) => note(String(payload)))),
      self.signals$.pipe(
        tap((signal) => signal.kind === 'pid.link.down' && down(signal.from, signal.reason)),
      ),
    );
    return merge(actor.output$, heard$.pipe(ignoreElements()));
  };
}

const reasonOf = (reason: string): Error | 'normal' | 'shutdown' | 'kill' =>
  reason === 'crash' ? CRASH : (reason as 'normal' | 'shutdown' | 'kill');
const CRASH = new Error('crash');

/** Messages, exits and downs are three streams: what comes first of two of them is nobody's promise. */
function sorted(seen: readonly Seen[]): unknown {
  return seen.map(({ log, alive, names }) => ({
    alive,
    names: [...names].sort(),
    said: log.filter((line) => line.includes('>')),
    exits: log.filter((line) => line.includes(': exit ')),
    downs: log.filter((line) => line.includes(': down ')),
  }));
}

const place = fc.nat(7);
const value = fc.nat(99);
const name = fc.constantFrom('x' as const, 'y' as const, undefined);
const group = fc.constantFrom(...GROUPS);
const reason = fc.constantFrom('normal' as const, 'shutdown' as const, 'crash' as const);
const one = <A extends Act['act']>(act: A): fc.Arbitrary<A> => fc.constant(act);

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ act: one('flush') }) },
  { weight: 3, arbitrary: fc.record({ act: one('spawn'), by: place, linked: fc.boolean(), name }) },
  { weight: 4, arbitrary: fc.record({ act: one('send'), by: place, to: place, value }) },
  { weight: 1, arbitrary: fc.record({ act: one('sendName'), by: place, name, value }) },
  { weight: 4, arbitrary: fc.record({ act: one('link'), by: place, to: place }) },
  { weight: 2, arbitrary: fc.record({ act: one('unlink'), by: place, to: place }) },
  { weight: 4, arbitrary: fc.record({ act: one('monitor'), by: place, to: place }) },
  { weight: 1, arbitrary: fc.record({ act: one('demonitor'), which: place }) },
  { weight: 2, arbitrary: fc.record({ act: one('trap'), by: place, on: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ act: one('register'), by: place, name }) },
  { weight: 1, arbitrary: fc.record({ act: one('unregister'), name }) },
  { weight: 3, arbitrary: fc.record({ act: one('join'), by: place, group }) },
  { weight: 1, arbitrary: fc.record({ act: one('leave'), by: place, group }) },
  { weight: 2, arbitrary: fc.record({ act: one('broadcast'), by: place, group, value }) },
  { weight: 2, arbitrary: fc.record({ act: one('exit'), by: place, reason }) },
  {
    weight: 2,
    arbitrary: fc.record({
      act: one('signal'),
      to: place,
      reason: fc.oneof(reason, fc.constant('kill' as const)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: one('terminate'), to: place }) },
  { weight: 2, arbitrary: fc.record({ act: one('upgrade'), by: place }) },
);

const EMPTY = { processes: 0, names: 0, calls: 0, residents: 0, scopes: 0 };

describe('a system, held against the model of §2–§9', () => {
  it('has the same messages, exits, downs, names, members and dead after any life', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 50 }), (steps) => {
        const model = new Model();
        const world = new World();
        model.found(FOUNDERS);
        for (const step of [...steps, { act: 'flush' } as const]) {
          model.do(step);
          world.do(step);
          if (step.act !== 'flush') continue;
          expect(sorted(world.seen())).toEqual(sorted(model.seen()));
          for (const each of GROUPS) expect(world.members(each)).toEqual(model.members(each));
        }
        for (const { pid } of world.actors) world.system.terminate(pid);
        world.system.flush();
        expect(tables(world.system)).toEqual(EMPTY);
      }),
      { numRuns: 2_000 },
    );
  });
});
