import { afterEach, describe, expect, it } from '@jest/globals';
import { EMPTY, map, NEVER, timer } from 'rxjs';
import { type Behavior, done, ofTopic, reply, send } from '../../lib/index.js';
import { exitOf, quiet, settled } from '../support/runtime.js';

const { NODE_ENV } = process.env;
afterEach(() => {
  process.env.NODE_ENV = NODE_ENV;
});

const untyped = (value: unknown): never => value as never;

/** What a system warns of while its processes, one of each behaviour, get two messages. */
async function warningsOf(...behaviors: readonly Behavior[]): Promise<string[]> {
  const system = quiet();
  const warnings: string[] = [];
  system.events$.subscribe((event) => {
    if (event.type === 'warning') warnings.push(`${event.pid} ${event.code} ${event.message}`);
  });
  for (const behavior of behaviors) {
    const pid = system.spawn(behavior);
    for (const n of [1, 2]) system.send(pid, 'n', n);
    await settled(system);
  }
  return warnings;
}

const PID = '{main|0x00001}';
const returns = (made: string): string =>
  `${PID} in_vain process ${PID}: a subscriber returned ${made}; nobody performs it: return the stream from the behaviour, or use self`;
const isOver = (name: string): string =>
  `${PID} in_vain process ${PID}: ${name} subscribed its inbox and was over at once; return the stream instead of subscribing it`;

describe('a behaviour that subscribes in vain', () => {
  it.each<{ what: string; behavior: Behavior; expected: string }>([
    {
      what: 'a function that returns a command',
      behavior: (inbox) => {
        inbox.subscribe(({ payload }) => untyped(send('log', 'said', payload)));
        return NEVER;
      },
      expected: returns('send(…) of said'),
    },
    {
      what: 'an observer that returns a command',
      behavior: (_inbox, self) => {
        self
          .listen('n')
          .subscribe({ next: (message) => untyped(reply(message as never, untyped(1))) });
        return NEVER;
      },
      expected: returns('reply(…)'),
    },
    {
      what: 'its inbox in an async function that awaits nothing',
      behavior: async function eager(inbox) {
        inbox.pipe(map(() => send('log', 'said', 1))).subscribe();
      },
      expected: isOver('eager'),
    },
    {
      what: 'its inbox and is empty',
      behavior: (inbox) => {
        inbox.pipe(ofTopic('n')).subscribe();
        return EMPTY;
      },
      expected: isOver('behavior'),
    },
  ])('is warned of once, if it subscribes $what (S10)', async ({ behavior, expected }) => {
    expect(await warningsOf(behavior, behavior)).toEqual([expected]);
    process.env.NODE_ENV = 'production';
    expect(await warningsOf(behavior)).toEqual([]);
  });

  it.each<{ what: string; behavior: Behavior }>([
    {
      what: 'to send by self',
      behavior: (inbox, self) => {
        inbox.subscribe(({ payload }) => untyped({ sent: self.send('log', 'said', payload) }));
        return NEVER;
      },
    },
    {
      what: 'to keep data that looks like a command',
      behavior: (inbox) => {
        let last: unknown;
        inbox.subscribe(({ payload }) => {
          last = { type: payload === 1 ? 'done' : 'send', value: payload };
          return untyped(last);
        });
        return NEVER;
      },
    },
    {
      what: 'what tells its own work to end',
      behavior: async (inbox) => {
        const seen: unknown[] = [];
        inbox.subscribe((message) => untyped(seen.push(message)));
        await Promise.resolve();
      },
    },
    {
      what: 'and rejects',
      behavior: async (inbox) => {
        inbox.subscribe();
        throw new Error('boot');
      },
    },
    {
      what: 'and has other work',
      behavior: (inbox) => {
        inbox.subscribe();
        return timer(0).pipe(map(() => done()));
      },
    },
    { what: 'nothing', behavior: async () => {} },
    { what: 'nothing and is empty', behavior: () => EMPTY },
  ])('is not one that subscribes $what (S10)', async ({ behavior }) => {
    expect(await warningsOf(behavior)).toEqual([]);
  });

  it('crashes, saying so, where it returns nothing (S10)', async () => {
    const system = quiet();
    const forgetful = (): never => untyped(undefined);

    const exit = exitOf(system, system.spawn(forgetful));
    await settled(system);

    expect(exit).toEqual([
      'error forgetful returned nothing: return the stream instead of subscribing it',
    ]);
  });
});
