import { describe, expect, it } from '@jest/globals';
import { finalize, ignoreElements, map, mergeMap, throwError } from 'rxjs';
import { type Behavior, reply, type SystemEvent } from '../../lib/index.js';
import { collect, idle, leaver, puppet, quiet, settled } from '../support/runtime.js';

/** A logger that keeps its warnings without the hint at their end. */
function written() {
  const lines: string[] = [];
  const warn = (line: string): void => void lines.push(line.replace(HINT, ''));
  return { lines, logger: { warn, error: () => {} } };
}
const HINT = ' (further ones are events only, see system.events$)';

describe('the logger', () => {
  it('tells once of each name that nobody has, and of the nearest (M5, I8)', async () => {
    const { lines, logger } = written();
    const system = quiet({ logger });
    const letters = collect<SystemEvent>(system.events$);
    for (const name of ['printer', 'room:1']) system.spawn(idle, { name });
    await settled(system);
    letters.length = 0;
    for (let n = 0; n < 3; n++) system.send('pritner', 'note', n);
    system.send('room:2', 'note', 1);
    await settled(system);
    system.send('pritner', 'note', 1);
    system.send('plotter', 'note', 1);

    await settled(system);
    expect(lines).toEqual([
      "nobody has the name 'pritner': 3 lost so far, 'note' first; did you mean 'printer'?",
      "nobody has the name 'room:2': 1 lost so far, 'note' first",
      "nobody has the name 'plotter': 1 lost so far, 'note' first",
    ]);
    expect(letters).toHaveLength(4);
  });

  it.each([
    { what: 'what is sent to a PID whose process has ended', to: '{main|0x00001}' },
    { what: 'what is sent to a PID that never was', to: '{main|0xdead}' },
  ])('does not tell of $what (I8)', async ({ to }) => {
    const { lines, logger } = written();
    const system = quiet({ logger });
    system.terminate((await puppet(system)).pid);
    await settled(system);
    system.send(to, 'x', 1);

    await settled(system);
    expect(lines).toEqual([]);
  });

  it('does not tell of names that go while the system shuts down (I8, O3)', async () => {
    const { lines, logger } = written();
    const system = quiet({ logger });
    system.spawn((inbox, self) =>
      inbox.pipe(
        ignoreElements(),
        finalize(() => self.send('journal', 'x', 'the last word')),
      ),
    );
    await settled(system);

    await system.shutdown();
    await settled(system);
    expect(lines).toEqual([]);
  });

  it('tells of a thousand names, and then no more', async () => {
    const { lines, logger } = written();
    const system = quiet({ logger, maxLogLines: Number.POSITIVE_INFINITY });
    for (let n = 0; n < 1_100; n++) system.send(`name:${n}`, 'x', 1);

    await settled(system);
    expect(lines).toHaveLength(1_000);
  });

  it.each<{ what: string; behavior: Behavior; lines: number }>([
    { what: 'who has never subscribed its inbox', behavior: idle, lines: 1 },
    {
      what: 'who only listens',
      behavior: (_inbox, self) => self.listen('other').pipe(ignoreElements()),
      lines: 1,
    },
    { what: 'but not who has read', behavior: leaver, lines: 0 },
    { what: 'but not who has crashed', behavior: () => throwError(() => 'boom'), lines: 0 },
  ])('tells of messages left behind by one $what (I8)', async ({ behavior, lines: count }) => {
    const { lines, logger } = written();
    const system = quiet({ logger });
    const pid = system.spawn(behavior);
    for (let n = 0; n < 3; n++) system.send(pid, 'x', n);
    await system.shutdown();

    await settled(system);
    const why = 'it has ended without having subscribed its inbox';
    const line = `messages to ${pid} are dropped (unread), 3 so far: ${why}`;
    expect(lines).toEqual(new Array(count).fill(line));
  });

  it('does not tell of an inbox that an upgraded process had read before (I8, U3)', async () => {
    const { lines, logger } = written();
    const system = quiet({ logger });
    system.define('idle', idle);
    const { pid, self } = await puppet(system);
    self.upgrade('idle');
    system.send(pid, 'x', 1);
    await system.shutdown();

    await settled(system);
    expect(lines).toEqual([]);
  });

  it('tells of a second reply, and of one to no call (M13)', async () => {
    const { lines, logger } = written();
    const system = quiet({ logger });
    const pid = system.spawn((inbox) => inbox.pipe(map((message) => reply(message, 'pardon?'))));
    const twice = system.spawn((inbox) =>
      inbox.pipe(mergeMap((message) => [reply(message, 1), reply(message, 2)])),
    );
    const answers = collect(system.call(twice, 'x', 1));
    system.send(pid, 'x', 1);

    await settled(system);
    expect(answers).toEqual([1]);
    expect(lines).toEqual(
      [twice, pid].map(
        (who) =>
          `replies of ${who} are dropped (no call), 1 so far, to 'x' first: the message was no call, or is answered already, or its caller waits no more`,
      ),
    );
  });
});
