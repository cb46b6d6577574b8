import { describe, expect, it } from '@jest/globals';
import { firstValueFrom, map, NEVER, of, timer } from 'rxjs';
import { act, type Behavior, done, send, type TraceEvent } from '../../lib/index.js';
import { testSystem, toMarbles } from '../../lib/testing/index.js';
import { collect } from '../support/runtime.js';

const slow: Behavior = (inbox, self) => {
  self.send('log', 'born', 1);
  return inbox.pipe(
    act(({ topic }) => [send('out', `${topic}.did`, 1), ...(topic === 'stop' ? [done()] : [])]),
  );
};

describe('toMarbles', () => {
  it('draws rows that stand one under the other, and says what the letters mean', async () => {
    const system = testSystem();
    const pid = system.spawn(slow);
    const drawn = firstValueFrom(toMarbles(system.trace(pid)));
    system.advance(2);
    system.send(pid, 'start', 1);
    system.send(pid, 'start', 1);
    system.cancel(pid);
    system.advance(500);
    system.send(pid, 'stop', 2);
    system.flush();

    expect(await drawn).toBe(`\
inbox     --ss- 499ms t----
signals   ----c 499ms -----
commands  --dd- 499ms (io|)
self      b---- 499ms -----

b  { type: 'send', to: 'log', topic: 'born', payload: 1 }
s  { topic: 'start', payload: 1, from: undefined }
d  { type: 'send', to: 'out', topic: 'start.did', payload: 1 }
c  { kind: 'pid.cancel', from: undefined, at: 2 }
t  { topic: 'stop', payload: 2, from: undefined }
i  { type: 'send', to: 'out', topic: 'stop.did', payload: 1 }
o  { type: 'done', value: undefined }`);
  });

  it('draws a crash, from an array as well', async () => {
    const system = testSystem();
    const pid = system.spawn((inbox) =>
      inbox.pipe(
        map((): undefined => {
          throw new Error('boom');
        }),
      ),
    );
    const events: TraceEvent[] = collect(system.trace(pid));
    system.send(pid, 'x', () => 'no literal, and none needed');
    system.flush();

    expect(await firstValueFrom(toMarbles(events))).toBe(
      "inbox     x\ncommands  #\n\nx  { topic: 'x', payload: [Function (anonymous)], from: undefined }",
    );
  });

  it('draws equal errors with one letter, on one line, wherever they were made (I5)', async () => {
    const system = testSystem();
    const pid = system.spawn((_inbox, self) => {
      self.setOptions({ trapLinks: true });
      return NEVER;
    });
    const events: TraceEvent[] = collect(system.trace(pid));
    system.flush();
    system.exit(pid, Object.assign(new Error('boom\nbang'), { code: 7 }));
    system.exit(pid, Object.assign(new Error('boom\nbang'), { code: 7 }));
    system.flush();

    const [, signals, , , ...legend] = (await firstValueFrom(toMarbles(events))).split('\n');
    const error = '{ Error: boom bang code: 7 }';
    const reason = `reason: { type: 'error', error: ${error} }`;
    expect([signals, ...legend]).toEqual([
      'signals   eded',
      `e  { kind: 'exit', from: undefined, ${reason} }`,
      `d  { kind: 'pid.link.down', from: undefined, at: 0, ${reason}, result: { error: ${error} } }`,
    ]);
  });

  it('rounds the times to a grain', async () => {
    const system = testSystem();
    const pid = system.spawn(() =>
      timer(1_003, system.scheduler).pipe(map(() => send('out', 'tick', 1))),
    );
    const drawn = firstValueFrom(toMarbles(system.trace(pid), { grain: '50ms' }));
    system.advance('2s');

    expect((await drawn).split('\n').slice(0, 2)).toEqual([
      'inbox     - 999ms ----',
      'commands  - 999ms (t|)',
    ]);
  });

  it('takes one of several processes, and says which there are', async () => {
    const system = testSystem();
    const events: TraceEvent[] = [];
    system.trace('*').subscribe((event) => events.push(event));
    const [one, two] = [system.spawn(slow), system.spawn(slow)];
    system.send(two, 'go', 1);
    system.flush();

    const drawn = await firstValueFrom(toMarbles(events, { pid: two }));
    expect(drawn.split('\n').slice(0, 3)).toEqual(['inbox     -g', 'commands  -d', 'self      b-']);
    await expect(firstValueFrom(toMarbles(events))).rejects.toThrow(`${one}, ${two}: say which`);
    await expect(firstValueFrom(toMarbles(of()))).rejects.toThrow('no event of any process');
  });
});
