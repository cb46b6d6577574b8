import { describe, expect, it } from '@jest/globals';
import { ignoreElements, map, NEVER, tap } from 'rxjs';
import {
  type Behavior,
  type Inbox,
  type Message,
  reply,
  startChild,
  supervise,
} from '../../lib/index.js';
import { idle, reads } from '../support/runtime.js';
import { counts, NOTHING, outcomeOf, pairOf, watching } from './support/pair.js';

const NOWHERE = '{c~1@main|0x00001}';
const answerer = (answer: (payload: unknown) => unknown) => (inbox: Inbox) =>
  inbox.pipe(map((message) => reply(message, answer(message.payload))));

describe('send to a process of another node', () => {
  it('outside of turns has each message as it was when it was sent, though its object is the same (D20, D21)', () => {
    const { a, b, advance } = pairOf();
    const log: unknown[] = [];
    const pid = b.system.spawn(reads(log, ({ payload }) => payload));
    const payload = { n: 1 };
    a.system.send(pid, 'x', payload);
    payload.n = 2;
    a.system.send(pid, 'x', payload);
    advance(2);
    expect(log).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('is true when the link took it, and comes with the PID of its sender (D27, D28)', () => {
    const { a, b, advance } = pairOf();
    const log: unknown[] = [];
    const pid = b.system.spawn(reads(log, ({ payload, from }) => [payload, from]));
    expect([a.self.send(pid, 'hi', 1), a.system.send(pid, 'hi', 2)]).toEqual([true, true]);
    advance(2);
    expect(log).toEqual([
      [1, a.pid],
      [2, undefined],
    ]);
  });

  it('is false with an event where the node is not up (D27)', () => {
    const { a, b, nats, advance } = pairOf();
    nats.kill('b');
    advance(3_000);
    a.events.length = 0;
    expect([a.self.send(b.pid, 'one'), a.self.send(NOWHERE, 'two')]).toEqual([false, false]);
    advance(1);
    expect(a.events).toEqual(['deadLetter one: no node', 'deadLetter two: no node']);
  });

  it('is false before the state of the node is complete (D14, D27)', () => {
    const { a, b, advance } = pairOf({ warm: 0 });
    expect([a.cluster.nodes(), a.self.send(b.pid, 'early')]).toEqual([[], false]);
    advance(4_000);
    expect([a.self.send(b.pid, 'late'), a.cluster.nodes().map(({ id }) => id)]).toEqual([
      true,
      ['b~1'],
    ]);
    advance(2);
    expect([a.events, b.log]).toEqual([
      ['deadLetter early: no node', 'up b~1'],
      ['late undefined'],
    ]);
  });

  it('is false with a drop where the window is full (D27)', () => {
    const { a, b, nats, advance } = pairOf();
    nats.freeze('b');
    const taken = Array.from({ length: 8_193 }, () => a.self.send(b.pid, 'x'));
    advance(1);
    expect([taken.indexOf(false), a.events.at(-1)]).toEqual([8_192, 'drop overflow 1']);
  });

  it('is refused by a full window before its payload is read (D16)', () => {
    const { a, b, nats } = pairOf();
    nats.freeze('b');
    for (let i = 0; i < 8_192; i++) a.self.send(b.pid, 'x');
    const read: string[] = [];
    const payload = {
      get text() {
        read.push('text');
        return 'x';
      },
    };
    expect([a.self.send(b.pid, 'x', payload), read]).toEqual([false, []]);
  });

  it('is false with a warning that names the place where the payload cannot cross (D27)', () => {
    const { a, b, advance } = pairOf();
    expect(a.self.send(b.pid, 'x', { list: [1, () => 1] })).toBe(false);
    expect(a.self.send(b.pid, 'x', 'next')).toBe(true);
    advance(2);
    expect([a.events, b.log]).toEqual([
      [expect.stringMatching(/^unencodable: .*list.*1.*function/)],
      ['x next'],
    ]);
  });

  it('throws for misuse only, as on one node (D27)', () => {
    const { a, b } = pairOf();
    expect(() => a.self.send(b.pid, '@x')).toThrow('cannot send to @ topics');
    expect(() => a.self.send(7 as never, 'x')).toThrow(
      expect.objectContaining({ code: 'Invalid' }),
    );
  });

  it('is a dead letter there where the process is dead, and a drop there where its mailbox is full (D28)', () => {
    const { a, b, advance } = pairOf();
    const dead = b.another();
    dead.self.exit('normal');
    b.events.length = 0;
    const full = b.system.spawn(idle);
    for (let i = 0; i < 8_000; i++) a.self.send(full, 'x');
    advance(50);
    for (let i = 0; i < 2_001; i++) a.self.send(full, 'x');
    expect(a.self.send(dead.pid, 'late')).toBe(true);
    advance(50);
    expect(b.events).toEqual(
      expect.arrayContaining(['drop overflow 1', 'deadLetter late: no process']),
    );
    expect(a.events).toEqual([]);
  });
});

describe('call to a process of another node', () => {
  it('has the reply, and leaves nothing behind (D29)', () => {
    const { a, b, advance } = pairOf();
    const log = outcomeOf(a.self, b.system.spawn(answerer((n) => Number(n) * 2)), 'double', 21);
    advance(3);
    expect([log, ...counts(a, b)]).toEqual([[42], NOTHING, NOTHING]);
  });

  it.each([
    { what: 'NotFound of a dead one', end: 'dead', code: 'NotFound: no reply from' },
    { what: 'Unavailable of one that ends', end: 'ends', code: 'Unavailable: no reply from' },
    { what: 'Unavailable of one that is full', end: 'full', code: 'Unavailable: the mailbox of' },
    {
      what: 'Unavailable of a node that goes down',
      end: 'down',
      code: 'Unavailable: no reply from',
    },
    { what: 'Timeout of one that is silent', end: '', code: 'Timeout: no reply from' },
  ])('errors with $what (D29)', ({ end, code }) => {
    const { a, b, nats, advance } = pairOf();
    const pid = b.system.spawn(end === 'full' ? () => NEVER : idle);
    for (let i = 0; end === 'full' && i < 10_000; i++) b.system.send(pid, 'x');
    advance(1);
    if (end === 'dead') b.system.terminate(pid);
    const log = outcomeOf(a.self, pid);
    advance(3);
    if (end === 'ends') b.system.terminate(pid);
    if (end === 'down') nats.kill('b');
    advance(5_000);
    expect(log).toEqual([expect.stringContaining(code)]);
    if (end === 'down') advance(10_000);
    expect(counts(a, b)).toEqual(end === 'down' ? [] : [NOTHING, NOTHING]);
  });

  it('is Unavailable at once where the node is not up (D29)', () => {
    const { a, advance } = pairOf();
    const log = outcomeOf(a.self, NOWHERE);
    advance(2_000);
    expect(log).toEqual([expect.stringContaining('Unavailable')]);
  });

  it('is Invalid at once where the question cannot cross (D29)', () => {
    const { a, b } = pairOf();
    const log = outcomeOf(a.self, b.pid, 'ask', { run: () => 1 });
    expect([log, ...counts(a)]).toEqual([[expect.stringMatching(/^Invalid: .*run/)], NOTHING]);
  });

  it('is Invalid where the reply cannot cross (D29)', () => {
    const { a, b, advance } = pairOf();
    const log = outcomeOf(a.self, b.system.spawn(answerer(() => ({ run: () => 1 }))));
    advance(3);
    expect([log, ...counts(a, b)]).toEqual([
      [expect.stringMatching(/^Invalid: .*run/)],
      NOTHING,
      NOTHING,
    ]);
    expect(b.events.at(-1)).toMatch(/^unencodable: the reply of/);
  });

  it('has its reply in order with all else that the answerer sends (D29, M3)', () => {
    const { a, b, advance } = pairOf();
    const log: unknown[] = a.log;
    const server = b.system.spawn((inbox, self) =>
      inbox.pipe(
        tap(({ from }) => self.send(from as string, 'before')),
        map((message: Message) => {
          const answer = reply(message, 'answer');
          setAfter(() => self.send(message.from as string, 'after'));
          return answer;
        }),
      ),
    );
    const later: (() => void)[] = [];
    const setAfter = (run: () => void): void => void later.push(run);
    a.self.call(server, 'ask').subscribe((answer) => log.push(answer));
    advance(1);
    for (const run of later) run();
    advance(3);
    expect(log).toEqual(['before undefined', 'answer', 'after undefined']);
  });

  it('takes back its question: a reply that crosses that is an event (D29)', () => {
    const { a, b, advance } = pairOf();
    const asked: Message[] = [];
    const server = b.system.spawn((inbox) =>
      inbox.pipe(
        tap((message) => asked.push(message)),
        ignoreElements(),
      ),
    );
    const call = a.self.call(server, 'ask').subscribe();
    advance(2);
    expect(counts(a, b)).toEqual([
      { ...NOTHING, calls: 1 },
      { ...NOTHING, owed: 1 },
    ]);
    call.unsubscribe();
    b.system.send(server, 'x');
    advance(3);
    expect([counts(a, b), asked.length]).toEqual([[NOTHING, NOTHING], 2]);
  });

  it('that is given up while its reply is on its way drops it with an event (D29)', () => {
    const { a, b, advance } = pairOf();
    const call = a.self.call(b.system.spawn(answerer(() => 1)), 'ask').subscribe();
    advance(1);
    call.unsubscribe();
    advance(5);
    expect([a.events.at(-1), ...counts(a, b)]).toEqual(['drop no call 1', NOTHING, NOTHING]);
  });
});

describe('a supervisor on another node', () => {
  it('starts children that are given by id, and refuses a function, which cannot cross (D30)', () => {
    const { a, b, advance } = pairOf();
    b.system.define('worker', idle);
    const top = b.system.spawn(supervise({ children: [] }));
    advance(1);
    const log: unknown[] = [];
    const start = (behavior: Behavior | string) =>
      startChild(a.system, top, { id: `${log.length}`, behavior }).subscribe({
        next: (pid) => log.push(pid),
        error: ({ code, message }) => log.push(`${code}: ${message}`),
      });
    start('worker');
    advance(10);
    start(idle);
    advance(10);
    expect(log).toEqual([
      expect.stringMatching(/^\{b~1@main\|/),
      expect.stringMatching(/^Invalid: .*behavior.*function/),
    ]);
  });
});

describe('a node that is not heard', () => {
  it('has its monitors end with it, those of processes that had died before it, too (D32)', () => {
    const { a, b, nats, advance } = pairOf();
    const exits = watching(a.self, b.pid);
    nats.kill('b');
    advance(2_000);
    expect([exits, a.events.at(-1)]).toEqual([['noconnection'], 'down b~1 silent']);
  });
});

describe('a question that is handed on to another node', () => {
  it('is answered there for nobody, and never for a question of that node (D29)', () => {
    const { a, b, advance } = pairOf();
    // It answers every message that has another message within.
    const other = b.system.spawn((inbox) =>
      inbox.pipe(map(({ payload }) => reply(payload as Message, 'wrong'))),
    );
    const silent = b.system.spawn(idle);
    const hands = a.system.spawn((inbox, self) =>
      inbox.pipe(
        tap((message) => self.send(other, 'handed on', { ...message })),
        ignoreElements(),
      ),
    );
    // The first refs of two systems were the same, if a cluster did not part them.
    const own = outcomeOf(b.system, silent);
    const asked = outcomeOf(a.system, hands);
    advance(6_000);
    const late = expect.stringContaining('Timeout');
    expect([own, asked]).toEqual([[late], [late]]);
  });
});
