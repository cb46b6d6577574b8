import { describe, expect, it } from '@jest/globals';
import fastify from 'fastify';
import { pino } from 'pino';
import { map, of } from 'rxjs';
import { createSystem, type Logger, report } from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import { idle, settled } from '../support/runtime.js';

/** The real pino, writing to an array. */
function pinoTo(lines: Record<string, unknown>[]) {
  const write = (line: string): void => void lines.push(JSON.parse(line));
  return pino({ base: null, timestamp: false }, { write });
}

const boom = Object.assign(new TypeError('boom', { cause: new Error('why') }), { token: 'secret' });

describe('a logger of pino', () => {
  it('gets fields first, and the same text as any other logger (I12)', async () => {
    const lines: Record<string, unknown>[] = [];
    const system = createSystem({ logger: pinoTo(lines), mailbox: { capacity: 1 } });
    const pid = system.spawn((inbox) => inbox.pipe(map((m) => report(boom, m))));
    const crashed = system.spawn(() => {
      throw boom;
    });
    const full = system.spawn(idle);
    system.send(pid, 'x', { token: 'secret' });
    for (let n = 0; n < 3; n++) system.send(full, 'x', 'secret');
    system.send('nobody', 'x', 'secret');
    await settled(system);
    system[kernelOf].events.warning('code', 'what to do', pid);

    const stack = expect.stringMatching(
      /^TypeError: boom\n {4}at .*(\n.*)*\ncaused by: Error: why\n/,
    );
    const err = { type: 'TypeError', name: 'TypeError', message: 'boom', stack };
    const further = ' (further ones are events only, see system.events$)';
    // Drops are told at the end of a batch, which on a busy machine may be before the handler has run.
    const order = ['crash', 'handler_error', 'drop', 'dead_letter', 'code'];
    lines.sort((a, b) => order.indexOf(String(a.code)) - order.indexOf(String(b.code)));
    expect(lines).toEqual([
      { level: 50, pid: crashed, code: 'crash', count: 1, err, msg: `process ${crashed} crashed` },
      {
        ...{ level: 50, pid, code: 'handler_error', count: 1, err },
        msg: `process ${pid}: a message's handler failed`,
      },
      {
        ...{ level: 40, pid: full, code: 'drop', reason: 'overflow', count: 2 },
        msg: `messages to ${full} are dropped (overflow), 2 so far: its mailbox is full, or its client reads too slowly${further}`,
      },
      {
        ...{ level: 40, code: 'dead_letter', reason: 'no process', count: 1 },
        msg: `nobody has the name 'nobody': 1 lost so far, 'x' first${further}`,
      },
      { level: 40, pid, code: 'code', count: 1, msg: 'code: what to do' },
    ]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it('is told how many lines were left out (I11)', async () => {
    const lines: Record<string, unknown>[] = [];
    const system = createSystem({ logger: pinoTo(lines), maxLogLines: 1 });
    for (let n = 0; n < 5; n++) system[kernelOf].events.warning('code', 'again');

    await system.shutdown();
    expect(lines).toEqual([
      { level: 40, code: 'code', count: 1, msg: 'code: again' },
      {
        level: 40,
        code: 'code',
        count: 4,
        msg: 'code: 4 more within a second, see system.events$',
      },
    ]);
  });

  it('may be a child, or that of Fastify (I12)', async () => {
    const lines: Record<string, unknown>[] = [];
    const loggerInstance = pinoTo(lines).child({ module: 'chat' });
    // As their types say, without a cast.
    const loggers: Logger[] = [loggerInstance, fastify({ loggerInstance }).log, console];
    for (const logger of loggers.slice(0, 2)) {
      const system = createSystem({ logger });
      system.spawn(() => of(undefined as never).pipe(map(() => 1 as never)));
      await settled(system);
    }

    expect(lines).toMatchObject([
      { module: 'chat', pid: '{main|0x00001}', code: 'crash' },
      { module: 'chat', pid: '{main|0x00001}', code: 'crash' },
    ]);
  });
});
