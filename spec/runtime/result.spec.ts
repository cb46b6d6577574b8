import { describe, expect, it } from '@jest/globals';
import { EMPTY, map, NEVER, of, throwError } from 'rxjs';
import { type Behavior, done, type Exit, exit } from '../../lib/index.js';
import { collect, idle, puppet, quiet, settled } from '../support/runtime.js';

const boom = new Error('boom');

async function endOf(behavior: Behavior): Promise<Exit> {
  const system = quiet();
  const exits = collect(system.monitor(system.spawn(behavior)));
  await settled(system);
  expect(exits).toHaveLength(1);
  return exits[0] as Exit;
}

describe('the result of a process', () => {
  it.each<{ what: string; behavior: Behavior; value: unknown }>([
    { what: 'the value of done', behavior: () => of(done(42)), value: 42 },
    { what: 'the first done', behavior: () => of(done(1), done(2)), value: 1 },
    {
      what: 'the return value of an async generator',
      // biome-ignore lint/correctness/useYield: it only returns
      behavior: async function* () {
        return 'returned' as never;
      },
      value: 'returned',
    },
    { what: 'undefined after plain completion', behavior: () => EMPTY, value: undefined },
    {
      what: 'undefined after undefined outputs',
      behavior: () => of(undefined, undefined),
      value: undefined,
    },
    {
      what: 'the command that a promise resolves to',
      behavior: async () => done('later'),
      value: 'later',
    },
    { what: 'undefined of a promise of nothing', behavior: async () => {}, value: undefined },
    {
      what: 'the value of an array of commands',
      behavior: () => [undefined, done('array')],
      value: 'array',
    },
    {
      what: 'the value of an exit command',
      behavior: () => of(exit({ type: 'normal', value: 7 })),
      value: 7,
    },
  ])('is $what (S6)', async ({ behavior, value }) => {
    const { reason, result } = await endOf(behavior);

    expect({ reason, result }).toEqual({ reason: { type: 'normal', value }, result: { value } });
  });

  it.each<{ what: string; behavior: Behavior }>([
    {
      what: 'thrown by the function',
      behavior: () => {
        throw boom;
      },
    },
    { what: 'errored', behavior: () => throwError(() => boom) },
    { what: 'rejected', behavior: () => Promise.reject(boom) },
    {
      what: 'thrown by a generator',
      // biome-ignore lint/correctness/useYield: it throws before
      behavior: async function* () {
        throw boom;
      },
    },
    { what: 'given to exit', behavior: () => of(exit(boom)) },
  ])('is the error that was $what (S6)', async ({ behavior }) => {
    const { reason, result } = await endOf(behavior);

    expect(reason).toEqual({ type: 'error', error: boom });
    expect(result.error).toBe(boom);
  });

  it.each<{ what: string; behavior: Behavior }>([
    { what: 'throwing undefined', behavior: () => throwError(() => undefined) },
    { what: 'throwing null', behavior: () => throwError(() => null) },
    { what: 'rejecting with undefined', behavior: () => Promise.reject() },
    { what: 'rejecting with null', behavior: () => Promise.reject(null) },
  ])('is an Error after $what, which is abnormal all the same (S6)', async ({ behavior }) => {
    const { reason, result } = await endOf(behavior);

    expect([reason.type, result.error]).toEqual(['error', expect.any(Error)]);
  });

  it.each([42, 'text', null, false, {}, { type: 'dance' }, []])(
    'is a crash (Invalid) after an output %p that is no command (S6)',
    async (output) => {
      const { reason, result } = await endOf(() => of(output as unknown as undefined));

      expect([reason.type, result.error]).toEqual([
        'error',
        expect.objectContaining({ name: 'ProcessError', code: 'Invalid' }),
      ]);
    },
  );

  it.each<{ what: string; output: () => unknown; text: string }>([
    { what: 'an array', output: () => [done()], text: 'an array: use mergeMap instead of map' },
    {
      what: 'a promise',
      output: async () => done(),
      text: 'a promise: use act(async …) instead of map',
    },
    {
      what: 'an observable',
      output: () => of(done()),
      text: 'an observable: use mergeMap or switchMap instead of map',
    },
    {
      what: 'a number',
      output: () => 42,
      text: 'a number: map it to send(…), done(…) or undefined',
    },
    {
      what: 'null',
      output: () => null,
      text: 'an object that is none: map it to send(…), done(…) or undefined',
    },
  ])('says what to do about $what in place of a command (S6)', async ({ output, text }) => {
    const { result } = await endOf(() => of(null).pipe(map(output as () => undefined)));

    expect(result.error).toMatchObject({
      message: `a behaviour emits commands or nothing, not ${text}`,
    });
  });

  it('is a crash when the behaviour returns no stream at all (S6)', async () => {
    const { reason } = await endOf((() => 42) as unknown as Behavior);

    expect(reason.type).toBe('error');
  });
});

describe('exec', () => {
  it('emits the value and completes (S7)', async () => {
    const log: unknown[] = [];
    const system = quiet();
    system
      .exec(() => of(done('value')))
      .subscribe({ next: (v) => log.push(v), complete: () => log.push('complete') });

    expect(log).toEqual([]);
    await settled(system);
    expect(log).toEqual(['value', 'complete']);
  });

  it.each<{ what: string; behavior: Behavior; expected: unknown }>([
    { what: 'the error of a crash', behavior: () => throwError(() => boom), expected: boom },
    {
      what: 'an ExitError',
      behavior: () => of(exit('shutdown')),
      expected: expect.objectContaining({ name: 'ExitError' }),
    },
  ])('raises $what (S7)', async ({ behavior, expected }) => {
    const log: unknown[] = [];
    const system = quiet();
    system.exec(behavior).subscribe({ error: (error) => log.push(error) });

    await settled(system);
    expect(log).toEqual([expected]);
  });

  it('raises what spawn refuses (S7, S4)', () => {
    const log: unknown[] = [];
    quiet()
      .exec(idle, { host: 'nowhere' })
      .subscribe({ error: (error) => log.push(error.code) });

    expect(log).toEqual(['NotFound']);
  });

  it('is cold: every subscription is a process of its own (S7)', async () => {
    const system = quiet();
    const run = system.exec(idle);
    expect(system.processes()).toHaveLength(0);

    run.subscribe();
    run.subscribe();
    expect(system.processes()).toHaveLength(2);
  });

  it('leaves the child alone when its subscriber leaves (S7)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const running = system.exec(() => NEVER).subscribe((value) => log.push(value));
    running.unsubscribe();
    const [child] = system.processes().map(({ pid }) => pid);

    await settled(system);
    expect([system.processes().map(({ pid }) => pid), log]).toEqual([[child], []]);
  });

  it('leaves the child alone when the process that runs it ends (S7)', async () => {
    const system = quiet();
    system.spawn(() => system.exec(idle) as never, { name: 'runner' });
    await settled(system);
    system.terminate('runner');

    await settled(system);
    expect(system.processes()).toHaveLength(1);
  });

  it('takes the options of spawn (S7)', async () => {
    const system = quiet();
    const { self } = await puppet(system);
    const values = collect(
      system.exec((_inbox, { args }) => of(done(args[0])), { args: [self.pid] }),
    );

    await settled(system);
    expect(values).toEqual([self.pid]);
  });
});
