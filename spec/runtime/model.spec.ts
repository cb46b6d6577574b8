import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ignoreElements, merge, type Observable, Subject, type Subscription, tap } from 'rxjs';
import {
  type Behavior,
  broadcast,
  type Command,
  type Exit,
  type ExitReason,
  type Pid,
  type Self,
  send,
} from '../../lib/index.js';
import type { TestSystem } from '../../lib/testing/live/testSystem.js';
import { type Act, type Group, Model, type Seen } from '../support/otpModel.js';
import { brief, tables } from '../support/runtime.js';
import { WORLDS } from '../support/worlds.js';

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
class Real {
  readonly actors: Actor[] = [];
  readonly #monitors: Subscription[] = [];

  constructor(readonly system: TestSystem) {
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
    const living = new Map(this.system.processes().map(({ pid, names }) => [pid, names]));
    return this.actors.map(({ pid, log }) => ({
      log,
      alive: living.has(pid),
      names: living.get(pid) ?? [],
    }));
  }

  members(group: Group): number[] {
    return this.system.groups.members(group).map((pid) => this.#placeOf(pid));
  }

  #do(step: Act): void {
    const { system } = this;
    switch (step.act) {
      case 'flush':
        return system.advance(step.millis);
      case 'demonitor':
        return this.#monitors[step.which % Math.max(1, this.#monitors.length)]?.unsubscribe();
      case 'unregister':
        return void (step.name !== undefined && system.names.unregister(step.name));
      case 'name':
        return void (
          step.name !== undefined && system.names.register(step.name, this.at(step.to).pid)
        );
      case 'joinAll':
        return system.groups.join(step.group, this.#pids(step.all));
      case 'leaveAll':
        return system.groups.leave(step.group, this.#pids(step.all));
      case 'cancel': {
        const { deadline } = step;
        return void system.cancel(this.at(step.to).pid, deadline === undefined ? {} : { deadline });
      }
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

  #by(by: Actor, self: Self, step: Extract<Act, { readonly by: number }>): void {
    switch (step.act) {
      case 'spawn':
        return this.#spawn(by, self, step);
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
        return this.#watch(by, self.monitor(this.at(step.to).pid));
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

  #spawn(by: Actor, self: Self, { linked, watched, name }: Act & { act: 'spawn' }): void {
    const options = { ...this.#args(), ...(name !== undefined && { name }) };
    if (!linked && !watched) return this.#add(self.spawn('actor', options));
    const how = linked ? 'spawnLinked' : 'spawnMonitored';
    const { pid, exit$ } = self[how]('actor', options);
    this.#add(pid);
    if (watched) this.#watch(by, exit$);
  }

  #watch(by: Actor, exit$: Observable<Exit>): void {
    const ref = this.#monitors.length;
    const monitor = exit$.subscribe(({ from, reason }) => {
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

  #pids(places: readonly number[]): Pid[] {
    return places.map((place) => this.at(place).pid);
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
        tap((signal) =>
          signal.kind === 'pid.link.down'
            ? down(signal.from, signal.reason)
            : note(`cancel ${signal.deadline ?? ''}`),
        ),
      ),
    );
    return merge(actor.output$, heard$.pipe(ignoreElements()));
  };
}

const reasonOf = (reason: string): Error | 'normal' | 'shutdown' | 'kill' =>
  reason === 'crash' ? CRASH : (reason as 'normal' | 'shutdown' | 'kill');
const CRASH = new Error('crash');

/**
 * Messages, exits and signals are three streams: what comes first of two of them is nobody's promise. Nor is it which of two
 * nodes tells of an end first, and what is told by one to who dies by the other.
 */
function sorted(seen: readonly Seen[], isRaced: boolean): unknown {
  return seen.map(({ log, alive, names }) => {
    const lines = isRaced && !alive ? [] : log;
    const told = isRaced ? lines.toSorted() : lines;
    return {
      alive,
      names: [...names].sort(),
      said: lines.filter((line) => line.includes('>')),
      exits: told.filter((line) => line.includes(': exit ')),
      signals: told.filter((line) => /: (down|cancel) /.test(line)),
    };
  });
}

const place = fc.nat(7);
const places = fc.array(place, { minLength: 1, maxLength: 3 });
const value = fc.nat(99);
const name = fc.constantFrom('x' as const, 'y' as const, undefined);
const group = fc.constantFrom(...GROUPS);
const reason = fc.constantFrom('normal' as const, 'shutdown' as const, 'crash' as const);
const one = <A extends Act['act']>(act: A): fc.Arbitrary<A> => fc.constant(act);

const flush: fc.Arbitrary<Act> = fc.record({
  act: one('flush'),
  millis: fc.constantFrom(0, 0, 5, 10, 25),
});

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      act: one('spawn'),
      by: place,
      linked: fc.boolean(),
      watched: fc.boolean(),
      name,
    }),
  },
  { weight: 4, arbitrary: fc.record({ act: one('send'), by: place, to: place, value }) },
  { weight: 1, arbitrary: fc.record({ act: one('sendName'), by: place, name, value }) },
  { weight: 4, arbitrary: fc.record({ act: one('link'), by: place, to: place }) },
  { weight: 2, arbitrary: fc.record({ act: one('unlink'), by: place, to: place }) },
  { weight: 4, arbitrary: fc.record({ act: one('monitor'), by: place, to: place }) },
  { weight: 1, arbitrary: fc.record({ act: one('demonitor'), which: place }) },
  { weight: 2, arbitrary: fc.record({ act: one('trap'), by: place, on: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ act: one('register'), by: place, name }) },
  { weight: 1, arbitrary: fc.record({ act: one('name'), to: place, name }) },
  { weight: 1, arbitrary: fc.record({ act: one('unregister'), name }) },
  { weight: 3, arbitrary: fc.record({ act: one('join'), by: place, group }) },
  { weight: 1, arbitrary: fc.record({ act: one('leave'), by: place, group }) },
  { weight: 1, arbitrary: fc.record({ act: one('joinAll'), all: places, group }) },
  { weight: 1, arbitrary: fc.record({ act: one('leaveAll'), all: places, group }) },
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
  {
    weight: 2,
    arbitrary: fc.record({
      act: one('cancel'),
      to: place,
      deadline: fc.constantFrom(undefined, 0, 10, 20),
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: one('upgrade'), by: place }) },
);

/** Long and short lives, with much or nothing in between that is delivered. */
const life = fc.constantFrom(0, 1, 8).chain((flushes) =>
  fc.array(fc.oneof({ weight: flushes, arbitrary: flush }, { weight: 30, arbitrary: act }), {
    maxLength: 50,
    size: 'max',
  }),
);

const EMPTY = { processes: 0, names: 0, calls: 0, residents: 0, scopes: 0 };

describe.each(WORLDS)('a system, held against the model of §2–§9, $world', ({ still, either }) => {
  it('has the same messages, exits, downs, names, members and dead after any life', () => {
    // One after the other, where what is done at once would be raced.
    const apart = (step: Act): Act[] =>
      either('raced', [step], [step, { act: 'flush', millis: 0 }]);
    const isRaced = either('raced', false, true);
    fc.assert(
      fc.property(life, (steps) => {
        const model = new Model(either('names', 1, 2));
        const real = new Real(still());
        model.found(FOUNDERS);
        for (const step of [...steps.flatMap(apart), { act: 'flush', millis: 100 } as const]) {
          model.do(step);
          real.do(step);
          if (step.act !== 'flush') continue;
          expect(sorted(real.seen(), isRaced)).toEqual(sorted(model.seen(), isRaced));
          for (const each of GROUPS) {
            const lists = [real, model].map((all) => all.members(each));
            if (isRaced) for (const list of lists) list.sort();
            expect(lists[0]).toEqual(lists[1]);
          }
        }
        for (const { pid } of real.actors) real.system.terminate(pid);
        real.system.flush();
        expect(tables(real.system)).toEqual(EMPTY);
      }),
      { numRuns: isRaced ? 60 : 4_000 },
    );
  });
});
