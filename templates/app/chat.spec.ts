import { deepStrictEqual } from 'node:assert';
import { it } from 'node:test';
import type { ClientMessage } from 'rx-process/channels';
import { marbles } from 'rx-process/testing';
import { map } from 'rxjs';
import { answers } from './chat.js';

const test = marbles(deepStrictEqual);
const ann = { identity: 'ann' };

it(
  'sends what is said to all in the room',
  test(({ hot, expectObservable }) => {
    const messages$ = hot('-m-', {
      m: {
        connection: ann,
        channel: 'chat:a',
        payload: { event: 'say', data: { text: 'hello' } },
      } as ClientMessage,
    });
    const expected = '     -s-';
    const values = { s: { event: 'said', data: { user: 'ann', text: 'hello' } } };

    expectObservable(answers(messages$).pipe(map(({ message }) => message.payload))).toBe(
      expected,
      values,
    );
  }),
);
