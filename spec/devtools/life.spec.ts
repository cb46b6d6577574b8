import { describe, expect, it } from '@jest/globals';
import { filter, ignoreElements, map, tap } from 'rxjs';
import { Lives } from '../../lib/devtools/life/lives.js';
import { Marker } from '../../lib/devtools/life/marker.js';
import { Effort } from '../../lib/devtools/views/effort.js';
import type { Life, Mark } from '../../lib/devtools/wire/life.js';
import {
  act,
  type Behavior,
  type Command,
  done,
  send,
  sendAfter,
  type TraceEvent,
  topic,
  transition,
} from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import { type TestSystem, testSystem } from '../../lib/testing/live/testSystem.js';

const idle: Behavior = (inbox) => inbox.pipe(ignoreElements());
const shop: Behavior = (inbox) =>
  inbox.pipe(act(({ payload }) => [send('store', 'order', { of: payload }), send('log', 'sold')]));
const store: Behavior = (inbox) => inbox.pipe(act(() => send('post', 'parcel', 1)));

/** A row as one reads it: what it is, and what has made it. */
const line = ({ n, row, letter, name, cause }: Mark): string =>
  `${n} ${row} ${letter} ${name}${cause === undefined ? '' : ` by ${cause}`}`;

function recorded(
  system: TestSystem,
  ask: object,
  payloads = true,
  effort = new Effort(system[kernelOf]),
) {
  const lives = new Lives(system, payloads, effort);
  const told: (Life | string)[] = [];
  const subscription = lives.watch(1, { watch: 'life', of: '', ...ask }).subscribe({
    next: (life) => told.push(life),
    error: ({ code, message }) => told.push(`${code}: ${message}`),
    complete: () => told.push('complete'),
  });
  const lifes = (): Life[] => told.filter((each) => typeof each === 'object');
  return {
    ...{ lives, told, end: () => subscription.unsubscribe() },
    lines: () => lifes().flatMap(({ marks }) => marks.map(line)),
    marks: () => lifes().flatMap(({ marks }) => marks),
    lanes: () => lifes().flatMap(({ lanes = [] }) => lanes),
    skipped: () => lifes().reduce((sum, { skipped = 0 }) => sum + skipped, 0),
  };
}

function warningsOf(system: TestSystem): readonly unknown[] {
  const warnings: unknown[] = [];
  system.events$.pipe(filter(({ type }) => type === 'warning')).subscribe((e) => warnings.push(e));
  return warnings;
}

describe('a life', () => {
  it('is told as marbles, ten times a second, each command with the message that made it (DV11, DV12)', () => {
    const system = testSystem();
    const pid = system.spawn(shop, { name: 'shop' });
    const { told, lines, lanes } = recorded(system, { of: 'shop' });
    system.send('shop', 'buy', 'tea');
    system.send('shop', 'buy', 'tea');
    system.advance(99);
    expect(lines()).toEqual([]);
    system.advance(1);

    expect(lanes()).toEqual([{ pid, label: 'shop', behavior: 'shop', isWhole: true }]);
    expect(lines()).toEqual([
      ...['1 inbox b buy', '2 commands o order by 1', '3 commands s sold by 1'],
      ...['4 inbox b buy', '5 commands o order by 4', '6 commands s sold by 4'],
    ]);
    system.terminate(pid);
    system.advance(100);
    expect(lines().slice(6)).toEqual(['7 signals k kill', '8 end | killed']);
    expect(told.at(-1)).toBe('complete');
  });

  it('shows what was said only where payloads are shown (DV3)', () => {
    const marksOf = (payloads: boolean) => {
      const system = testSystem();
      system.spawn(shop, { name: 'shop' });
      const { marks } = recorded(system, { of: 'shop' }, payloads);
      system.send('shop', 'buy', { secret: 1 });
      system.advance(100);
      return marks();
    };

    expect(marksOf(true).map(({ text, to }) => ({ text, to }))).toEqual([
      { text: '{ secret: 1 }', to: undefined },
      { text: '{ of: { secret: 1 } }', to: 'store' },
      { text: 'undefined', to: 'log' },
    ]);
    expect(JSON.stringify(marksOf(false))).not.toContain('secret');
  });

  it('is followed to whom it sends, and on, each message with the command that it was (DV12)', () => {
    const system = testSystem();
    for (const [name, behavior] of Object.entries({ shop, store, post: idle })) {
      system.spawn(behavior, { name });
    }
    system.advance(10);
    const { lines, lanes } = recorded(system, { of: 'shop', follow: true });
    system.send('shop', 'buy', 'tea');
    system.advance(100);

    expect(lanes().map(({ label, isWhole }) => [label, isWhole])).toEqual([
      ['shop', false],
      ['store', false],
      ['post', false],
    ]);
    expect(lines()).toEqual([
      ...['1 inbox b buy', '2 commands o order by 1', '3 commands s sold by 1'],
      ...['4 inbox o order by 2', '5 commands p parcel by 4', '6 inbox p parcel by 5'],
    ]);
  });

  it('knows what a timer sends, but not what made something later (DV12)', () => {
    const system = testSystem();
    const clock: Behavior = (inbox, self) =>
      inbox.pipe(
        tap(({ topic }) => {
          if (topic === 'start') system.scheduler.schedule(() => self.send('nobody', 'later'), 20);
        }),
        act(({ topic }) => (topic === 'start' ? sendAfter(10, self.pid, 'tick') : undefined)),
      );
    system.spawn(clock, { name: 'clock' });
    const { lines } = recorded(system, { of: 'clock' });
    system.send('clock', 'start');
    system.advance(100);

    expect(lines()).toEqual([
      ...['1 inbox s start', '2 commands t sendAfter tick by 1', '3 inbox i tick by 2'],
      '4 self l later',
    ]);
  });

  it('is of the next one, where that is asked, from its first turn on (DV11)', () => {
    const system = testSystem();
    system.spawn(shop, { name: 'shop.1' });
    const { lanes, lines } = recorded(system, { of: 'shop.*', next: true });
    system.advance(1_000);
    expect(lanes()).toEqual([]);
    const pid = system.spawn(shop, { name: 'shop.2' });
    system.spawn(shop, { name: 'shop.3' });
    system.send(pid, 'buy');
    system.advance(100);

    expect(lanes()).toMatchObject([{ pid, isWhole: true }]);
    expect(lines()[0]).toBe('1 inbox b buy');
  });

  it('is not traced any more when nobody looks (DV5)', () => {
    const system = testSystem();
    const pid = system.spawn(shop, { name: 'shop' });
    const { end } = recorded(system, { of: 'shop' });
    const process = system[kernelOf].processes.get(pid);
    expect(process?.tracer).toBeDefined();
    end();

    expect(process?.tracer).toBeUndefined();
  });

  it('is drawn up to 50 marbles in a tenth of a second, the messages beyond are counted (DV11)', () => {
    const system = testSystem();
    const pid = system.spawn(idle, { name: 'busy' });
    const { marks, skipped } = recorded(system, { of: 'busy' });
    const process = system[kernelOf].processes.get(pid);
    for (let i = 0; i < 200; i++) system.send(pid, `m${i}`);
    system.flush();
    expect(process?.tracer).toBeUndefined();
    system.advance(100);
    system.send(pid, 'last');
    system.advance(100);

    expect(marks()).toHaveLength(51);
    expect(skipped()).toBe(150);
    expect(marks().at(-1)?.name).toBe('last');
  });

  it('tells of an end that it has not drawn (DV11)', () => {
    const system = testSystem();
    const pid = system.spawn(idle, { name: 'busy' });
    const { lines, told } = recorded(system, { of: 'busy' });
    for (let i = 0; i < 100; i++) system.send(pid, 'm');
    system.flush();
    system.terminate(pid);
    system.advance(200);

    expect(lines().at(-1)).toBe('51 end | ended');
    expect(told.at(-1)).toBe('complete');
  });

  it.each([
    { type: 'join', group: 5n },
    { type: 'send', to: {}, topic: Symbol('x') },
    { type: 'broadcast', group: 'g', topic: 1n },
    {
      get type() {
        throw new Error('read');
      },
    },
  ])('shows what is no command as such, and goes on (DV11)', (command) => {
    const system = testSystem();
    const slip: Behavior = (inbox) => inbox.pipe(map(() => command as unknown as Command));
    system.spawn(slip, { name: 'slip' });
    const warnings = warningsOf(system);
    const { lines, told } = recorded(system, { of: 'slip', follow: true });
    system.send('slip', 'go');
    system.advance(200);

    expect(lines().slice(0, 2)).toEqual(['1 inbox g go', expect.stringMatching(/^2 commands/)]);
    expect(lines().at(-1)).toMatch(/ end /);
    expect(() => JSON.stringify(told)).not.toThrow();
    expect(warnings).toEqual([]);
  });

  it('rests while payloads have taken more than their time, and says what it has not seen (DV11)', () => {
    const system = testSystem();
    system.spawn(idle, { name: 'busy' });
    const effort = new Effort(system[kernelOf]);
    const { marks, skipped } = recorded(system, { of: 'busy' }, true, effort);
    effort.count(() => system.advance(2_000));
    for (let i = 0; i < 10; i++) system.send('busy', `m${i}`);
    system.advance(10_000);
    expect(marks()).toEqual([]);
    system.advance(30_000);
    system.send('busy', 'last');
    system.advance(100);

    expect(skipped()).toBe(10);
    expect(marks().map(({ name }) => name)).toEqual(['last']);
  });

  it('forgets letters, of which there may be no end (DV11)', () => {
    const letterOf = new Marker(true);
    const mark = (payload: unknown) =>
      letterOf.markOf({
        ...{ type: 'received', at: 0, pid: 'p' },
        message: { topic: 'a', payload },
      } as unknown as TraceEvent)?.letter;
    const first = mark(0);
    for (let i = 1; i < 3_000; i++) mark(i);

    expect(mark(2_000)).toBe(first);
  });

  it('is of somebody who is there (DV11)', () => {
    const { told } = recorded(testSystem(), { of: 'nobody' });

    expect(told).toEqual(['NotFound: there is no process nobody']);
  });
});

describe('the spec of a life', () => {
  const add = topic<number>('add');
  const sum: Behavior = (inbox) =>
    inbox.pipe(
      transition([0], (total, { topic, payload }) =>
        topic === 'add' ? [total + Number(payload)] : [total, send('out', 'sum', total), done()],
      ),
    );

  function specOf(pid: string, { lives }: { lives: Lives }, life = 1): string {
    let text = '';
    try {
      lives.spec({ life, pid, grain: 1 }).subscribe({
        next: (written) => {
          text = written;
        },
        error: (error) => {
          text = error.message;
        },
      });
    } catch (error) {
      text = (error as Error).message;
    }
    return text;
  }

  it('is what toSpec writes of it (DV11)', () => {
    const system = testSystem();
    const pid = system.spawn(sum);
    const recording = recorded(system, { of: pid });
    system.send(pid, add, 2);
    system.send(pid, add, 3);
    system.advance(10);
    const text = specOf(pid, recording);

    expect(text).toContain("import { sum } from './behaviors.js';");
    expect(text).toContain("message('add', 2)");
  });

  it.each([
    {
      what: 'it was recorded too late',
      payloads: true,
      late: true,
      count: 1,
      text: 'no spec: it was recorded too late',
    },
    {
      what: 'payloads are hidden',
      payloads: false,
      late: false,
      count: 1,
      text: 'no spec: payloads are hidden, devtools(system, { payloads: true })',
    },
    {
      what: 'there was too much',
      payloads: true,
      late: false,
      count: 100,
      text: 'no spec: a part of it was not recorded, because there was too much to draw',
    },
  ])('is refused where $what (DV11)', ({ payloads, late, count, text }) => {
    const system = testSystem();
    const pid = system.spawn(sum);
    if (late) {
      system.send(pid, add, 1);
      system.flush();
    }
    const recording = recorded(system, { of: pid }, payloads);
    for (let i = 0; i < count; i++) system.send(pid, add, 1);
    system.advance(10);

    expect(specOf(pid, recording)).toBe(text);
    expect(specOf('nobody', recording)).toMatch(/^nobody is not recorded|payloads are hid/);
    expect(specOf(pid, recording, 2)).toBe('there is no life 2');
  });
});
