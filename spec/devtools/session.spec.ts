import { describe, expect, it } from '@jest/globals';
import { EMPTY, map, NEVER, throwError, timer } from 'rxjs';
import { send } from '../../lib/core/index.js';
import type { Sources } from '../../lib/devtools/answering.js';
import { session } from '../../lib/devtools/session.js';
import type { Hello } from '../../lib/devtools/wire/answer.js';
import type { Ask } from '../../lib/devtools/wire/ask.js';
import { ProcessError } from '../../lib/index.js';
import { ws } from '../../lib/protocol/index.js';
import { fakeSelf } from '../../lib/testing/marbles/fakeSelf.js';
import { marbles } from '../../lib/testing/marbles/marbles.js';
import { message } from '../../lib/testing/marbles/message.js';

const test = marbles((actual, expected) => expect(actual).toEqual(expected));

const hello: Hello = { version: '1', node: 'a', actions: false, payloads: false, now: 0 };
const from = { client_pid: '{relay|1}', metadata: {} };
const asks = (ask: object) =>
  message(ws.message, { ...from, type: 'text', data: JSON.stringify(ask) });
const says = (answer: object) => send('{relay|1}', ws.send, { data: JSON.stringify(answer) });

/** Every watch ticks each 10 ms; a process is not there, and what acts has done so. */
const sources: Sources = {
  hello: () => hello,
  values: (ask: Ask) => {
    if ('act' in ask) return EMPTY;
    if (!('watch' in ask)) return NEVER;
    if (ask.watch === 'process') {
      return throwError(() => new ProcessError('NotFound', 'there is no process x'));
    }
    if (ask.watch === 'channel') throw new TypeError('a slip');
    return timer(0, 10).pipe(map((n) => `${ask.watch} ${n}`));
  },
};

const values = {
  j: message(ws.join, from),
  o: asks({ id: 1, watch: 'overview' }),
  t: asks({ id: 1, watch: 'tree' }),
  s: asks({ id: 1, stop: true }),
  p: asks({ id: 2, watch: 'process', pid: 'x' }),
  c: asks({ id: 3, watch: 'channel', name: 'x' }),
  a: asks({ id: 4, act: 'terminate', pid: 'x' }),
  w: message(ws.message, { ...from, type: 'text', data: 'what?' }),
};
const commands = {
  h: says({ hello }),
  ...{ 0: says({ id: 1, value: 'overview 0' }), 1: says({ id: 1, value: 'overview 1' }) },
  ...{ 2: says({ id: 1, value: 'tree 0' }), 3: says({ id: 1, value: 'tree 1' }) },
  n: says({ id: 2, error: { code: 'NotFound', text: 'there is no process x' } }),
  i: says({ id: 3, error: { code: 'Internal', text: 'TypeError: a slip' } }),
  e: says({ id: 4, end: true }),
  w: says({ id: -1, error: { code: 'Invalid', text: 'a frame is an object as JSON' } }),
};

describe('session', () => {
  it(
    'greets, and watches until told to stop (DV4)',
    test(({ hot, run, expectObservable }) => {
      const inbox = hot('   j--o--------------s--------', values);
      const expected = '    h--0---------1-------------';

      expectObservable(run(session(sources), inbox, fakeSelf())).toBe(expected, commands);
    }),
  );

  it(
    'ends a watch where something else is asked by its id (DV4)',
    test(({ hot, run, expectObservable }) => {
      const inbox = hot('   o------t---------------s---', values);
      const expected = '    0------2---------3---------';

      expectObservable(run(session(sources), inbox, fakeSelf())).toBe(expected, commands);
    }),
  );

  it(
    'answers what fails, what is no ask and what is done, and goes on (DV4)',
    test(({ hot, run, expectObservable }) => {
      const inbox = hot('   p--c--w--a--o-s----', values);
      const expected = '    n--i--w--e--0------';

      expectObservable(run(session(sources), inbox, fakeSelf())).toBe(expected, commands);
    }),
  );

  it(
    'has 32 watches at most, and another once one has ended (DV4)',
    test(({ hot, run, expectObservable }) => {
      const watch = (id: number) => asks({ id, spec: { life: 1, pid: 'x' } });
      const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFG'];
      const table = Object.fromEntries(letters.map((letter, id) => [letter, watch(id)]));
      const inbox = hot(`${letters.join('')}-S-G`, {
        ...table,
        S: asks({ id: 0, stop: true }),
      });
      const text = 'a page has at most 32 watches at once';
      const refused = says({ id: 32, error: { code: 'LimitExceeded', text } });

      expectObservable(run(session(sources), inbox, fakeSelf())).toBe(`${'-'.repeat(32)}r---`, {
        r: refused,
      });
    }),
  );
});
