import { describe, expect, it } from '@jest/globals';
import { config, map, NEVER, VirtualTimeScheduler } from 'rxjs';
import { connectChannels } from '../../lib/client/index.js';
import { fakeServer, type ServerAction, serves } from '../../lib/testing/index.js';
import { asks, run } from './asks.js';
import { does, listen, type Plan, play, type Scene } from './support.js';

const { hello, close, ok, refuse, push } = serves;
const waitsOf = (lines: readonly string[]): number[] =>
  lines
    .map((each) => /^(\d+) waiting .* until (\d+)$/.exec(each))
    .flatMap((each) => (each ? [Number(each[2]) - Number(each[1])] : []));

describe('a server', () => {
  it('that says retry=0 each time is not dialled without a pause (CC7, CP30)', () => {
    const times = [1, 2, 510, 1_520, 3_530];
    const lines = play(
      times.flatMap(
        (at): Plan => [
          [at, hello()],
          [at, close(1012, 'moving; retry=0')],
        ],
      ),
      { diagnose: false },
    );

    // The first time as it says, then at least as the back-off does.
    expect(waitsOf(lines)).toEqual([0, 500, 1_000, 2_000, 4_000]);
  });

  it('that ends a membership each time is asked again after longer pauses (CC3, CC7)', () => {
    const ends = push('a', 'rx:unsubscribed', { code: 'lagged', message: '', retry: true });
    const plan: Plan = [1, 2, 510, 1_520].flatMap(
      (at): Plan => [
        [at, ok()],
        [at, ends],
      ],
    );
    const lines = play([[0, hello()], ...plan], { over: 4_000 }, (each, log) => {
      listen(each, log);
    });

    // At once, and then after 500, 1,000 and 2,000.
    const asked = lines.filter((each) => each.endsWith('subscribe a'));
    expect(asked.map((each) => Number.parseInt(each, 10))).toEqual([0, 1, 502, 1_510, 3_520]);
  });

  it('that restarts is come back to when it says, and goes on with the session (table 2.4 row 19)', () => {
    const lines = play([
      [0, hello()],
      [1, close(1012, 'moving; retry=1000')],
      [1_002, hello({ session: 'session-2' })],
      [1_003, ok({ resumed: true })],
    ]);

    expect(lines.slice(3)).toEqual([
      '1 waiting 1012 until 1001',
      '1001 connecting 1',
      '1001 dial',
      '1002 1 resume session-1 2',
      '1003 open connection-1 resumed',
    ]);
  });

  it.each(['crashed', 'overloaded'] as const)(
    'that answers a request by %s fails it alone (table 2.4 rows 10 and 12)',
    (code) => {
      const lines = run([
        [0, hello()],
        [1, asks('one')],
        [1, asks('two')],
        [2, refuse(code)],
        [3, ok(2)],
      ]);

      expect(lines.slice(1)).toEqual([`2 one fails: ${code}`, '3 two = 2']);
    },
  );

  it('that refuses a frame or says what is unknown keeps its connection (table 2.4 row 18, CP10)', () => {
    const refusal = { error: { code: 'bad_request', message: 'no JSON', retry: false } };
    const heard: string[] = [];
    const plan: Plan = [
      [0, hello()],
      [1, serves.send({ ...refusal, type: 'json', timestamp: 0 } as never)],
      [2, serves.send({ type: 'unheard of', timestamp: 0 })],
      [3, serves.send({ hello: 'again?', type: 'future', timestamp: 0 } as never)],
      [4, does(({ client }) => heard.push(`${client.id}`))],
    ];
    const lines = play(plan, {}, ({ client }) => {
      client.errors$.subscribe(({ message }) => heard.push(message));
      client.messages$.subscribe(({ type }) => heard.push(type));
    });

    expect(lines).toEqual(['0 dial', '0 connecting 0', '0 open connection-1']);
    expect(heard.slice(0, 2)).toEqual(['no JSON', 'unheard of']);
    expect(heard.at(-1)).toBe('connection-1');
  });
});

describe('two clients', () => {
  it('are two connections and two sessions (table 2.4 row 20)', () => {
    const scheduler = new VirtualTimeScheduler();
    const states: string[] = [];
    const [one, two] = ['one', 'two'].map((name) => {
      const server = fakeServer();
      const { WebSocket } = server;
      const client = connectChannels('ws://test/ws', { WebSocket, scheduler, random: () => 0 });
      client.state$.subscribe(({ status }) => states.push(`${name} ${status}`));
      scheduler.schedule(() => server.perform(hello({ id: name, session: name })), 1);
      return client;
    });
    scheduler.schedule(() => {
      expect([one?.id, two?.id]).toEqual(['one', 'two']);
      one?.close();
      expect([one?.id, two?.id]).toEqual([undefined, 'two']);
      two?.close();
    }, 2);
    scheduler.flush();

    expect(states.slice(2)).toEqual(['one open', 'two open', 'one closed', 'two closed']);
  });
});

/** Something of each kind. */
const ALL: readonly ServerAction[] = [
  hello(),
  ok({ epoch: 'e', offset: 1, presence: { version: 1, members: [] } }),
  push('a', 'said', 1, { offset: 2 }),
  push('b', 'said', 2),
  serves.send({ type: 'text', payload: 'x', timestamp: 0 }),
  close(1006),
];
/** Where the client is gone, the server has nobody to say it to. */
const unheard: Plan = ALL.map((action, at) => {
  const perform = does(({ client, server }) => {
    let status = '';
    client.state$
      .subscribe((state) => {
        status = state.status;
      })
      .unsubscribe();
    if (!/closed|waiting/.test(status)) server.perform(action);
  });
  return [at + 1, perform];
});

/** What a client tells of all that, and what somebody does in the middle of each. */
function toldAll(act: (stage: Scene, count: number, log: (what: string) => void) => void) {
  let count = 0;
  return play(unheard, { over: 20_000 }, (stage, log) => {
    const { client } = stage;
    const channel = client.channel('a');
    const tell = (what: string): void => {
      log(`tells ${what}`);
      act(stage, ++count, log);
    };
    const observer = { next: tell, error: () => {}, complete: () => log('over') };
    client.state$.pipe(map(({ status }) => status)).subscribe(observer);
    client.messages$.pipe(map(({ type }) => type)).subscribe(observer);
    channel.state$.pipe(map(({ status }) => `a ${status}`)).subscribe(observer);
    channel.presence$.pipe(map((list) => `${list.length} present`)).subscribe(observer);
    channel.messages$.pipe(map(({ type }) => `a ${type}`)).subscribe(observer);
  });
}

describe('somebody who closes the client', () => {
  const ends = ALL.map((_, at) => at + 1);
  it.each(ends)('leaves no timer, at %i ms (CC1)', (at) => {
    const scheduler = new VirtualTimeScheduler();
    const server = fakeServer();
    const { WebSocket } = server;
    const client = connectChannels('ws://test/ws', { WebSocket, scheduler, closeWhenHidden: 9 });
    const channel = client.channel('a');
    channel.messages$.subscribe();
    channel.presence$.subscribe();
    channel.messages$.subscribe().unsubscribe();
    client.request('a', 1).subscribe({ error: () => {} });
    ALL.slice(0, at).forEach((action, index) => {
      scheduler.schedule(() => server.perform(action), index + 1);
    });
    scheduler.schedule(() => client.close(), at);
    scheduler.flush();

    expect([scheduler.now(), scheduler.actions]).toEqual([at, []]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('while it tells the %i. thing ends it there (CC1)', (n) => {
    const lines = toldAll((stage, count, log) => {
      if (count !== n) return;
      log('closes');
      stage.client.close(1000, 'enough');
    });

    const at = lines.findIndex((each) => each.endsWith('closes'));
    const after = lines.slice(at).map((each) => each.replace(/^\d+ /, ''));
    // What was said before leaves first.
    const isOfClose =
      /^(closes|1 subscribe a|close 1000 enough|closed 1000 enough|over|tells (closed|a idle))$/;
    expect(at).toBeGreaterThan(0);
    expect(after.filter((each) => !isOfClose.test(each))).toEqual([]);
  });
});

describe('somebody who listens', () => {
  it('and unsubscribes, asks, sends and listens to more while told changes nothing for others', () => {
    const others = toldAll(() => {});
    const lines = toldAll(({ client }) => {
      const more = client.channel('c');
      more.state$.subscribe().unsubscribe();
      more.messages$.subscribe().unsubscribe();
      client.request('x', 1, { timeout: 1 }).subscribe({ error: () => {} });
      client.send('x', 1);
    });

    const told = (each: string): boolean => each.includes('tells');
    expect(lines.filter(told)).toEqual(others.filter(told));
  });

  it('and throws while told stops nothing, and its errors are thrown elsewhere', () => {
    const thrown: unknown[] = [];
    config.onUnhandledError = (error) => thrown.push(error);
    const others = toldAll(() => {});
    const lines = toldAll(() => {
      throw new Error('mine');
    });

    expect(lines).toEqual(others);
    return new Promise<void>((resolve) => setTimeout(resolve, 0)).then(() => {
      config.onUnhandledError = null;
      expect(thrown.length).toBeGreaterThan(5);
    });
  });
});

describe('a token that never comes (CC9)', () => {
  it('keeps the client connecting, until it is closed, and holds no timer', () => {
    const scheduler = new VirtualTimeScheduler();
    const server = fakeServer();
    const { WebSocket } = server;
    const client = connectChannels('ws://test/ws', {
      ...{ WebSocket, scheduler },
      token: () => NEVER as never,
    });
    const states: string[] = [];
    client.state$.subscribe(({ status }) => states.push(status));
    scheduler.flush();
    const left = scheduler.actions.length;
    client.close();

    expect([left, ...states]).toEqual([0, 'connecting', 'closed']);
  });
});
