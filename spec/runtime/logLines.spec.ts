import { describe, expect, it } from '@jest/globals';

import { act, type Behavior, createSystem, type SystemEvent } from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { collect, refused, settled } from '../support/runtime.js';

/** A logger that keeps what it gets. */
function written() {
  const lines: string[] = [];
  const keep = (line: string): void => void lines.push(line);
  return { lines, logger: { warn: keep, error: keep } };
}

const EVIL = '\x1b]0;owned\x07\r\n[fake] admin logged in\u202e\ud800';
const throwing: Behavior = (inbox) =>
  inbox.pipe(
    act(() => {
      throw new Error(`bad frame ${EVIL.repeat(1_000)}`);
    }),
  );

/** What no line may have, but for the ends of lines between the frames and the causes of a stack. */
const UNSAFE = /(?!\n(?: {4}at |caused by: ))[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

describe("the logger's lines", () => {
  it('are 10 a second of each code, and one that counts the others when it is over (I11)', () => {
    const { lines, logger } = written();
    const system = testSystem({ logger });
    const pid = system.spawn(throwing);
    const errors = collect<SystemEvent>(system.events$);
    const flood = (count: number): void => {
      for (let n = 0; n < count; n++) system.send(pid, 'x', n);
      system.advance('1ms');
    };
    flood(500);
    flood(500);
    system[kernelOf].events.warning('other', 'is no part of the flood');
    expect(lines).toHaveLength(11);

    system.advance('1s');
    expect(lines.slice(11)).toEqual([
      'handler_error: 990 more within a second, see system.events$',
    ]);
    expect(errors.filter(({ type }) => type === 'handlerError')).toHaveLength(1_000);
    flood(11);
    system.advance('1s');
    expect(lines).toHaveLength(23);
    expect(lines.at(-1)).toBe('handler_error: 1 more within a second, see system.events$');
  });

  it('that were few are followed by no summary, and leave no timer (I11)', () => {
    const { lines, logger } = written();
    const system = testSystem({ logger });
    const pid = system.spawn(throwing);
    for (let second = 0; second < 3; second++) {
      for (let n = 0; n < 10; n++) system.send(pid, 'x', n);
      system.advance('1s');
    }

    expect(lines).toHaveLength(30);
  });

  it('are as many as maxLogLines says (I11)', () => {
    const { lines, logger } = written();
    const system = testSystem({ logger, maxLogLines: 2 });
    const pid = system.spawn(throwing);
    for (let n = 0; n < 5; n++) system.send(pid, 'x', n);
    system.advance('2s');

    expect(lines.map((line) => line.slice(0, 20))).toEqual([
      ...new Array(2).fill('process {main|0x0000'),
      'handler_error: 3 mor',
    ]);
  });

  it('are cut and escaped, stacks as well (I11)', () => {
    const { lines, logger } = written();
    const system = testSystem({ logger });
    system.send(system.spawn(throwing), 'x', 1);
    system.send(`room ${EVIL.repeat(1_000)}`, EVIL, 1);
    system.spawn(() => {
      throw new Error(EVIL, { cause: new Error(`${EVIL}\n    at forged`) });
    });
    system[kernelOf].events.warning('code', EVIL.repeat(1_000));
    system.flush();

    expect(lines).toHaveLength(4);
    for (const line of lines) {
      expect(line).not.toMatch(UNSAFE);
      expect(line.length).toBeLessThan(6_000);
    }
    expect(lines.join('')).not.toMatch(/^ {4}at forged/m);
    expect(lines.join('\n')).toMatch(/^caused by: Error: .*\n {4}at /m);
  });

  it.each<{ what: string; thrown: unknown; line: string }>([
    { what: 'a text', thrown: 'boom\n', line: 'boom\\n' },
    { what: 'null', thrown: null, line: 'null' },
    { what: 'an object', thrown: { token: 'secret' }, line: '[object Object]' },
    {
      what: 'what is no text',
      thrown: { toString: () => ({}) },
      line: 'something that is no text',
    },
    {
      what: 'an error with fields of its own',
      thrown: Object.assign(new Error('boom'), { stack: '', token: 'secret' }),
      line: 'Error: boom',
    },
    {
      what: 'an error whose message was changed later',
      thrown: Object.assign(new Error('a\n    at forged'), { message: 'b' }),
      line: 'Error: b',
    },
    {
      what: 'an error that has no message',
      thrown: new TypeError(),
      line: 'TypeError: ',
    },
    {
      what: 'an error that cannot be read',
      thrown: Object.defineProperty(new Error('x'), 'message', {
        get: () => {
          throw new Error('no');
        },
      }),
      line: 'something that is no text',
    },
  ])('show $what that was thrown, without what else it has (I12)', ({ thrown, line }) => {
    const { lines, logger } = written();
    testSystem({ logger })[kernelOf].events.handlerError('{main|0x1}', thrown, { token: 'secret' });

    const [first] = lines.map((each) => each.split(/\n {4}at /)[0]);
    expect(first).toBe(`process {main|0x1}: a message's handler failed: ${line}`);
    expect(lines.join()).not.toContain('secret');
  });

  it('that were left out are told of at the latest by the end of a shutdown (I11, O3)', async () => {
    const { lines, logger } = written();
    const system = createSystem({ logger });
    const pid = system.spawn(throwing);
    for (let n = 0; n < 100; n++) system.send(pid, 'x', n);
    await settled(system);

    await system.shutdown();
    expect(lines.at(-1)).toBe('handler_error: 90 more within a second, see system.events$');
  });

  it('cannot be flooded by a logger that throws, or sends to the process that throws (I11)', async () => {
    let calls = 0;
    const logger = {
      warn: () => {},
      error: () => {
        calls++;
        system.send(pid, 'x', 1);
        throw new Error('full');
      },
    };
    const system = createSystem({ logger });
    const pid = system.spawn(throwing);
    system.send(pid, 'x', 1);
    await settled(system);

    expect(calls).toBe(10);
    await system.shutdown();
  });

  it('goes on where a logger answers by a promise that is rejected, and so does Node (I11)', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', note);
    const fail = async (): Promise<void> => {
      throw new Error('full');
    };
    const system = createSystem({ logger: { warn: fail, error: fail } });
    system.send(system.spawn(throwing), 'x', 1);
    await settled(system);
    await system.shutdown();
    process.off('unhandledRejection', note);

    expect(unhandled).toEqual([]);
  });
});

describe('createSystem', () => {
  it.each([0, -1, 1.5, Number.NaN, '10'])('refuses maxLogLines %p (I11)', (maxLogLines) => {
    expect(() => createSystem({ maxLogLines } as never)).toThrow(
      refused('Invalid', { message: expect.stringMatching(/^maxLogLines: /) }),
    );
  });

  it.each([{ warn() {} }, 'console', true])('refuses the logger %p (I12)', (logger) => {
    expect(() => createSystem({ logger } as never)).toThrow(
      refused('Invalid', { message: expect.stringMatching(/^logger has warn and error/) }),
    );
  });
});
