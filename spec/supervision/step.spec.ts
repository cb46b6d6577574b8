import { describe, expect, it } from '@jest/globals';
import type { ExitReason, SuperviseOptions } from '../../lib/index.js';
import { readPlan } from '../../lib/supervision/plan.js';
import type { Child, Effect, Event, State } from '../../lib/supervision/state.js';
import { initial, step } from '../../lib/supervision/step.js';
import { children } from './support.js';

const error: ExitReason = { type: 'error', error: new Error('boom') };

/** An effect in two or three words. */
function show(effect: Effect): string {
  switch (effect.type) {
    case 'start':
    case 'stop':
    case 'unschedule':
      return `${effect.type} ${effect.child.id}`;
    case 'schedule':
      return `schedule ${effect.child.id} ${effect.after}`;
    case 'exit':
      return `exit ${effect.reason.type}`;
    default:
      return effect.type;
  }
}

/** A machine told its events in words: `a up`, `a crash`, `a normal`, `a down`, `a due`, `stop`. */
function machine(options: Partial<SuperviseOptions>): (event: string, at?: number) => string[] {
  const state: State = initial(readPlan({ children: children('abc'), ...options }));

  // Of the last timer of each child, which fires although it was given up.
  const tickets = new Map<string, number>();
  const eventOf = (text: string, at: number): Event => {
    const [id = '', what] = text.split(' ');
    const child = state.children.get(id) as Child;
    const exited = (reason: ExitReason): Event => {
      return { type: 'exited', child, pid: child.pid, reason, final: false, at };
    };
    switch (what) {
      case 'up':
        return { type: 'started', child, pid: `{main|${id}${at}}`, at };
      case 'crash':
        return exited(error);
      case 'normal':
        return exited({ type: 'normal' });
      case 'down':
        return exited({ type: 'shutdown' });
      case 'due':
        return { type: 'due', child, ticket: tickets.get(id) ?? 0, at };
      default:
        return id === 'open'
          ? { type: 'open', at }
          : { type: 'end', reason: { type: 'shutdown' }, at };
    }
  };
  return (text, at = 0) => {
    const effects = step(state, eventOf(text, at));
    for (const effect of effects) {
      if (effect.type === 'schedule') tickets.set(effect.child.id, effect.ticket);
    }
    return effects.map(show);
  };
}

const opened = (options: Partial<SuperviseOptions> = {}): ReturnType<typeof machine> => {
  const tell = machine(options);
  for (const event of ['open', 'a up', 'b up', 'c up']) tell(event);
  return tell;
};

const STEADY = { backoff: { jitter: 0 } };

describe('step', () => {
  it('ends though a child that it restarts fails to start while it stops the others (V3, V4)', () => {
    const tell = opened();
    const effects = ['a crash', 'stop', 'a crash', 'c down', 'b down'].map((event) => tell(event));

    expect(effects).toEqual([['start a'], ['stop c'], [], ['stop b'], ['exit shutdown']]);
  });

  it('counts a restart in the time that one takes, however many the period holds (V2)', () => {
    const tell = machine({ intensity: 1e6, period: '1h' });
    for (const event of ['open', 'a up', 'b up', 'c up']) tell(event);
    const begun = process.cpuUsage();
    for (let n = 1; n <= 30_000; n++) {
      tell('a crash', n);
      tell('a up', n);
    }

    // A look at each of them would take far longer, of the processor's time: of the clock's, others may have some meanwhile.
    expect(process.cpuUsage(begun).user).toBeLessThan(1_000_000);
  });

  it.each<{ what: string; options: Partial<SuperviseOptions>; rows: [string, string[]][] }>([
    {
      what: 'nothing to start',
      options: { children: [] },
      rows: [
        ['open', ['up']],
        ['stop', ['exit shutdown']],
      ],
    },
    {
      what: 'a start, in order (V4)',
      options: {},
      rows: [
        ['open', ['start a']],
        ['a up', ['start b']],
        ['b up', ['start c']],
        ['c up', ['up']],
      ],
    },
    {
      what: 'a start that fails (V4)',
      options: {},
      rows: [
        ['open', ['start a']],
        ['a up', ['start b']],
        ['b crash', ['stop a']],
        ['a down', ['exit error']],
      ],
    },
    {
      what: 'a first turn that is a whole normal life, of a permanent child (V1, V4)',
      options: { children: children('ab') },
      rows: [
        ['open', ['start a']],
        ['a normal', ['start b']],
        ['b up', ['up', 'start a']],
      ],
    },
    {
      what: 'a stop while it starts (V3)',
      options: {},
      rows: [
        ['open', ['start a']],
        ['a up', ['start b']],
        ['stop', ['stop b']],
        ['b up', []],
        ['b down', ['stop a']],
        ['a down', ['exit shutdown']],
        ['a crash', []],
      ],
    },
  ])('$what', ({ options, rows }) => {
    const tell = machine(options);

    expect(rows.map(([event]) => [event, tell(event)])).toEqual(rows);
  });

  it.each<{
    what: string;
    options: Partial<SuperviseOptions>;
    rows: [string, string[], number?][];
  }>([
    {
      what: 'one_for_one (V1)',
      options: {},
      rows: [
        ['b crash', ['start b']],
        ['b up', []],
      ],
    },
    {
      what: 'one_for_all (V1)',
      options: { strategy: 'one_for_all' },
      rows: [
        ['b crash', ['stop c']],
        ['c down', ['stop a']],
        ['a down', ['start a']],
        ['a up', ['start b']],
        ['b up', ['start c']],
        ['c up', []],
      ],
    },
    {
      what: 'rest_for_one, whose sibling crashes by itself in time (V1)',
      options: { strategy: 'rest_for_one' },
      rows: [
        ['a crash', ['stop c']],
        ['b crash', []],
        ['c down', ['start a']],
        ['a up', ['start b']],
        ['b up', ['start c']],
      ],
    },
    {
      what: 'two crashes at once, of which the second is too many (V2)',
      options: {},
      rows: [
        ['a crash', ['start a']],
        ['b crash', []],
        ['a up', ['warn', 'stop c']],
        ['c down', ['stop a']],
        ['a down', ['exit shutdown']],
      ],
    },
    {
      what: 'a restart that fails twice (V2)',
      options: { intensity: 2 },
      rows: [
        ['b crash', ['start b']],
        ['b crash', ['start b']],
        ['b crash', ['warn', 'stop c']],
        ['c down', ['stop a']],
        ['a down', ['exit shutdown']],
      ],
    },
    {
      what: 'back-off that grows, and begins anew after a stable run (V5)',
      options: STEADY,
      rows: [
        ['b crash', ['schedule b 1000'], 0],
        ['b due', ['start b'], 1_000],
        ['b crash', ['schedule b 2000'], 1_000],
        ['b due', ['start b'], 3_000],
        ['b up', [], 3_000],
        ['b crash', ['schedule b 4000'], 7_999],
        ['b due', ['start b'], 11_999],
        ['b up', [], 11_999],
        ['b crash', ['schedule b 1000'], 16_999],
      ],
    },
    {
      what: 'back-off of a group whose left neighbour falls (V1, V5)',
      options: { strategy: 'rest_for_one', ...STEADY },
      rows: [
        ['b crash', ['stop c']],
        ['c down', ['schedule b 1000']],
        ['a crash', ['unschedule b', 'schedule a 1000']],
        ['b due', []],
        ['a due', ['start a']],
        ['a up', ['start b']],
        ['b up', ['start c']],
      ],
    },
    {
      what: 'a stop in back-off (V5, V7)',
      options: STEADY,
      rows: [
        ['b crash', ['schedule b 1000']],
        ['stop', ['unschedule b', 'stop c']],
        ['a crash', []],
        ['c down', ['exit shutdown']],
      ],
    },
  ])('of three that run: $what', ({ options, rows }) => {
    const tell = opened(options);

    expect(
      rows.map(([event, , at]) => [event, tell(event, at), ...(at === undefined ? [] : [at])]),
    ).toEqual(rows);
  });
});
