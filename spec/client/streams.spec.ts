import { describe, expect, it } from '@jest/globals';
import type { Observable } from 'rxjs';
import { serves } from '../../lib/testing/index.js';
import { asks, type Log, remember, run } from './asks.js';
import { does, play, type Scene } from './support.js';

const { hello, reply } = serves;
const again = hello({ session: 'session-2' });

describe('errors$', () => {
  it('tells what belongs to no request: refusals, and frames that are no JSON (CC1, CP10)', () => {
    const errors: string[] = [];
    const error = { code: 'bad_request', message: 'Invalid message', retry: false };
    const refusal = serves.send({
      error,
      type: 'system',
      payload: 'Invalid message',
      timestamp: 0,
    });
    play(
      [
        [0, hello()],
        [1, refusal],
        [2, serves.send('{')],
      ],
      {},
      ({ client }) => {
        client.errors$.subscribe(({ name }) => errors.push(name));
      },
    );

    expect(errors).toEqual(['ChannelError', 'SyntaxError']);
  });
});

describe('listChannels', () => {
  it('gives the names (CP13)', () => {
    const names: unknown[] = [];
    const lists = does(({ client }) =>
      client.listChannels({ prefix: 'c' }).subscribe((each) => names.push(each)),
    );

    expect(
      run([
        [0, hello()],
        [1, lists],
        [2, reply({ channels: ['c1'] })],
      ]),
    ).toEqual(['1 1 list_channels c']);
    expect(names).toEqual([['c1']]);
  });
});

describe('a connection', () => {
  it('in which nothing comes for the time of the heartbeat and 10 s is probed, and lost 5 s later (CP21, table 2.4 row 14)', () => {
    const lines = play(
      [
        [0, hello({ heartbeat: 1_000 })],
        [500, serves.send({ type: 'ping', timestamp: 0 })],
      ],
      { over: 16_600 },
    );

    expect(lines.slice(3)).toEqual([
      '11500 ping',
      '16500 close 4408 no answer',
      '16500 waiting 4408 until 16500'.replace('until 16500', 'until 16750'),
    ]);
  });

  it('that answers its probe lives (CP21)', () => {
    const pong = serves.send({ type: 'pong', timestamp: 0 });
    const lines = play(
      [
        [0, hello({ heartbeat: 1_000 })],
        [15_999, pong],
      ],
      { over: 20_000 },
    );

    expect(lines.slice(3)).toEqual(['11000 ping']);
  });
});

describe('close', () => {
  it('completes all streams, and open begins anew, without the session (CC1)', () => {
    const watch = ({ client }: Scene, log: Log): void => {
      const { messages$, errors$ } = client;
      const { messages$: inRoom, gaps$, state$ } = client.channel('c');
      const streams: Readonly<Record<string, Observable<unknown>>> = {
        messages$,
        errors$,
        inRoom,
        gaps$,
        state$,
      };
      for (const [name, stream$] of Object.entries(streams)) {
        stream$.subscribe({ complete: () => log(`${name} completes`) });
      }
    };
    const closes = does(({ client }) => client.close());
    const opens = does(({ client }) => client.open());
    const lines = play(
      [
        [0, hello()],
        [1, closes],
        [2, opens],
        [3, again],
      ],
      {},
      watch,
    );

    expect(lines.slice(4)).toEqual([
      '1 close 1000',
      '1 closed 1000',
      '1 inRoom completes',
      '1 gaps$ completes',
      '1 state$ completes',
      '1 messages$ completes',
      '1 errors$ completes',
      '2 dial',
    ]);
  });

  it('tells who comes later that it is closed, and refuses what is asked (CC1)', () => {
    const states: string[] = [];
    const closes = does(({ client }) => {
      client.close();
      client.state$.subscribe(({ status }) => states.push(status));
    });

    const failed = play(
      [
        [0, hello()],
        [1, closes],
        [2, asks('a')],
      ],
      {},
      remember,
    );
    expect(failed.at(-1)).toBe('2 a fails: closed');
    expect(states).toEqual(['closed']);
  });
});
