import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  concat,
  filter,
  finalize,
  firstValueFrom,
  interval,
  map,
  merge,
  NEVER,
  of,
  skip,
  take,
  tap,
} from 'rxjs';
import { room } from '../../examples/02-chat.js';
import { setRelay } from '../../lib/express/index.js';
import {
  act,
  type Behavior,
  broadcast,
  done,
  every,
  join as joinGroup,
  leave,
  ofTopic,
  reply,
  send,
  sendAfter,
  type TraceEvent,
  upgrade,
} from '../../lib/index.js';
import { type TestSystem, testSystem, toSpec } from '../../lib/testing/index.js';
import { cleanUp, onCleanup, open, serve, within } from '../express/support.js';
import { collect, idle } from '../support/runtime.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
// It has no types, and lies outside of what the compiler looks at.
const CONFIG = '../../jest.config.js';
const JEST = join(ROOT, 'node_modules/jest/bin/jest.js');

afterEach(cleanUp);

/** The trace of a process from its spawn on, while `play` has its way with it. */
function record(behavior: Behavior, play: (system: TestSystem, pid: string) => void): TraceEvent[] {
  const system = testSystem();
  system.define('next', idle);
  const pid = system.spawn(behavior, { name: 'it', args: ['arg'] });
  const events: TraceEvent[] = collect(system.trace(pid));
  play(system, pid);
  system.flush();
  return events;
}

const specOf = (events: readonly TraceEvent[]): Promise<string> =>
  firstValueFrom(toSpec(events, { from: './it.js', name: 'it' }));

/** A folder that is gone after the test. */
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'rx-process-'));
  onCleanup(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

interface Verdict {
  readonly title: string;
  readonly status: string;
}

/** Runs the specs of a folder with jest, in a process of its own. */
async function jest(path: string): Promise<Verdict[]> {
  const { default: config } = (await import(CONFIG)) as { default: object };
  const settings = JSON.stringify({
    ...config,
    rootDir: ROOT,
    roots: [path],
    modulePaths: [join(ROOT, 'node_modules')],
  });
  const args = ['--experimental-vm-modules', JEST, '--config', settings, '--json', '-i'];
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, { cwd: ROOT }, (_error, stdout) => resolve(stdout));
  });
  const { testResults } = JSON.parse(output) as {
    testResults: { message: string; assertionResults: Verdict[] }[];
  };
  return testResults.flatMap(({ message, assertionResults }) =>
    assertionResults.length > 0
      ? assertionResults.map(({ title, status }) => ({ title, status }))
      : [{ title: message, status: 'not run' }],
  );
}

const byTitle = (a: Verdict, b: Verdict): number => (a.title < b.title ? -1 : 1);

describe('toSpec', () => {
  it('writes a spec that one would have written by hand (I6)', async () => {
    const behavior: Behavior = (inbox) =>
      inbox.pipe(
        ofTopic('cart.add', 'cart.total'),
        map((m) => (m.topic === 'cart.add' ? undefined : reply(m, { total: 2 }))),
      );
    const events = record(behavior, (system, pid) => {
      system.advance(5);
      system.send(pid, 'cart.add', { sku: 'a-1', at: new Date(0), note: "it's" });
      system.advance(30);
      system.call(pid, 'cart.total', undefined).subscribe();
      system.flush();
      system.terminate(pid);
    });

    const options = { from: './cart.js', name: 'cart', title: 'the cart adds up' };
    expect(await firstValueFrom(toSpec(events, options))).toBe(`\
// Written from a trace of {main|0x00001}: 2 messages in, 1 commands out.
import { expect, it } from '@jest/globals';
import { reply } from 'rx-process';
import { fakeSelf, marbles, message } from 'rx-process/testing';
import { cart } from './cart.js';

const test = marbles((actual, expected) => expect(actual).toEqual(expected));
const messages = {
  a: message('cart.add', { sku: 'a-1', at: new Date('1970-01-01T00:00:00.000Z'), note: 'it\\'s' }),
  t: message('cart.total', undefined, { ref: 1 }),
};
const commands = {
  r: reply(messages.t, { total: 2 }),
};

it(
  'the cart adds up',
  test(({ hot, run, expectObservable }) => {
    const inbox = hot('-----a 29ms t', messages);
    const until = '    ^----- 29ms -!';
    const expected = ' ------ 29ms r';
    const self = fakeSelf({ pid: '{main|0x00001}', args: ['arg'] });

    expectObservable(run(cart, inbox, self), until).toBe(expected, commands);
  }),
);
`);
  });

  it.each([
    { maker: 'broadcast', command: broadcast('g', 'news', 1), code: "('g', 'news', 1)" },
    {
      maker: 'broadcast',
      command: broadcast('g', 'news', 1, { scope: 's', except: ['{main|0x9}'] }),
      code: "('g', 'news', 1, { scope: 's', except: ['{main|0x9}'] })",
    },
    {
      maker: 'sendAfter',
      command: sendAfter(1_500, 'x', 'due', [1]),
      code: "('1.5s', 'x', 'due', [1])",
    },
    {
      maker: 'every',
      command: every('1m', 'x', 'due', undefined),
      code: "('1m0s', 'x', 'due')",
    },
    { maker: 'join', command: joinGroup('g'), code: "('g')" },
    {
      maker: 'join',
      command: joinGroup('g', '{main|0x9}', { scope: 's' }),
      code: "('g', '{main|0x9}', { scope: 's' })",
    },
    {
      maker: 'leave',
      command: leave('g', undefined, { scope: 's' }),
      code: "('g', undefined, { scope: 's' })",
    },
  ])('writes the command $maker$code as the call that makes it (I6)', async (row) => {
    const text = await specOf(
      record(
        () => concat(of(row.command), NEVER),
        () => {},
      ),
    );

    expect(text).toContain(`: ${row.maker}${row.code},`);
    expect(text).toContain(`import { ${row.maker} } from 'rx-process';`);
  });

  it('turns a live session of the chat into a spec that passes, and fails when the room changes (I6)', async () => {
    const { system, port } = await serve({
      routes: (app, running) => {
        app.get('/ws/chat', (request, response) => {
          const target_pid = running.system.spawn(room, { name: 'room:lobby', orSignal: true });
          setRelay(response, { target_pid, metadata: { user: request.query.user } }).end();
        });
      },
    });
    const events: TraceEvent[] = [];
    const trace$ = system.trace('room:lobby').pipe(tap((event) => events.push(event)));
    const left = firstValueFrom(
      trace$.pipe(
        filter((e) => e.type === 'received' && e.message.topic === 'ws.leave'),
        skip(1),
      ),
    );
    const [ada, bob] = [
      await open(port, '/ws/chat?user=ada'),
      await open(port, '/ws/chat?user=bob'),
    ];
    for (const [client, text] of [
      [ada, 'hello'],
      [bob, "it's me"],
    ] as const) {
      client.socket.send(text);
      await Promise.all([ada.next(), bob.next()]);
    }
    ada.socket.close();
    bob.socket.close();
    await within(left, 'both to leave');

    const path = folder();
    const module = readFileSync(join(ROOT, 'examples/02-chat.ts'), 'utf8');
    const broken = module.replace('text: message.payload.data', 'text: message.payload.type');
    expect(broken).not.toBe(module);
    for (const [name, text] of [
      ['kept', module],
      ['broken', broken],
    ] as const) {
      mkdirSync(join(path, name));
      cpSync(join(ROOT, 'examples/lib'), join(path, name, 'lib'), { recursive: true });
      writeFileSync(join(path, name, 'room.ts'), text);
      const options = { from: './room.js', name: 'room', title: name };
      writeFileSync(
        join(path, name, 'room.spec.ts'),
        await firstValueFrom(toSpec(events, options)),
      );
    }

    expect((await jest(path)).sort(byTitle)).toEqual([
      { title: 'broken', status: 'failed' },
      { title: 'kept', status: 'passed' },
    ]);
  }, 30_000);

  it('replays signals, exits, self.send, crashes and timers (I6)', async () => {
    const path = folder();
    const cases = [
      {
        title: 'crash',
        code: `(inbox) => inbox.pipe(map(() => { throw Object.assign(new TypeError('no'), { code: 7 }); }))`,
        play: (system: TestSystem, pid: string) => void system.send(pid, 'x', Buffer.from('ab')),
      },
      {
        title: 'last words',
        code: `(inbox, self) => { self.send('it', 'born', self.args);
          return inbox.pipe(take(2), map((m) => { if (m.payload === 9) self.exit('shutdown'); })); }`,
        play: (system: TestSystem, pid: string) => void system.send(pid, 'x', 9),
      },
      {
        title: 'told',
        code: `(inbox, self) => { self.setOptions({ trapLinks: true });
          return merge(self.monitor('{main|0x00001}'), self.signals$).pipe(
            map((e) => send('log', e.kind, e.reason)), take(4)); }`,
        play: (system: TestSystem, pid: string) => {
          system.flush();
          system.cancel(pid, { reason: 'r', deadline: '1h' });
          system.advance(10);
          system.exit(pid, new RangeError('far'));
          system.terminate('{main|0x00001}');
          system.flush();
          system.cancel(pid, { reason: 'again' });
        },
      },
      {
        title: 'time',
        code: `(inbox) => merge(interval(100).pipe(map((n) => send('log', 'tick', n))),
          inbox.pipe(map((m) => [1, 2].includes(m.payload) ? send('log', 'got', m.payload) : done(new Map([[1, undefined]])))))`,
        play: (system: TestSystem, pid: string) => {
          system.send(pid, 'x', 1);
          system.advance(250);
          system.send(pid, 'x', 2);
          system.advance(100);
          system.send(pid, 'x', 3);
        },
      },
    ];
    const scope = { map, take, merge, send, done };
    for (const { title, code, play } of cases) {
      const system = testSystem();
      system.spawn(idle);
      const make = new Function(...Object.keys(scope), 'interval', `return ${code}`);
      const behavior = make(...Object.values(scope), (ms: number) =>
        interval(ms, system.scheduler),
      );
      const pid = system.spawn(behavior, { name: 'it', args: [1, 'two'] });
      const events: TraceEvent[] = collect(system.trace(pid));
      play(system, pid);
      system.flush();
      const name = title.replace(' ', '_');
      const imports = `import { interval, map, merge, take } from 'rxjs';
import { done, send } from 'rx-process';\n`;
      writeFileSync(join(path, `${name}.ts`), `${imports}export const it = ${code};\n`);
      const options = { from: `./${name}.js`, name: 'it', title };
      writeFileSync(join(path, `${name}.spec.ts`), await firstValueFrom(toSpec(events, options)));
    }

    expect((await jest(path)).sort(byTitle)).toEqual(
      cases.map(({ title }) => ({ title, status: 'passed' })).sort(byTitle),
    );
  }, 30_000);

  it.each<{ why: string; behavior: Behavior; payload?: unknown }>([
    {
      why: 'self.call of it with ask',
      behavior: (_inbox, self) => self.call('it', 'ask', 1).pipe(map(() => {})),
    },
    {
      why: 'the spawn of {main|0x00002}',
      behavior: (_inbox, self) => {
        self.spawn(idle);
        return NEVER;
      },
    },
    {
      why: 'self.listen to x.*',
      behavior: (_inbox, self) => self.listen('x.*').pipe(act(() => undefined)),
    },
    {
      why: 'a self.send that gave false',
      behavior: (_inbox, self) => {
        self.send('nobody', 'x', 1);
        return NEVER;
      },
    },
    {
      why: 'self.monitorGroup of g',
      behavior: (_inbox, self) => self.monitorGroup('g').pipe(map(() => send('it', 'x', 1))),
    },
    {
      why: 'what comes after the upgrade to next at 0 ms',
      behavior: (inbox) => inbox.pipe(map(() => upgrade('next', 1))),
    },
    {
      why: 'what comes after the upgrade to next at 0 ms',
      behavior: (inbox, self) => inbox.pipe(map(() => self.upgrade('next'))),
    },
    { why: 'what is no command at 0 ms', behavior: () => of(null as unknown as undefined) },
    {
      why: 'message go at 0 ms: go.f[0] is a function',
      behavior: (inbox) => inbox.pipe(act(() => undefined)),
      payload: {
        f: [() => 1],
      },
    },
    {
      why: 'command out at 0 ms: out is an instance of URL',
      behavior: () => of(send('it', 'out', new URL('http://x'))),
    },
  ])('refuses $why', async ({ why, behavior, payload = 1 }) => {
    const events = record(behavior, (system, pid) => void system.send(pid, 'go', payload));

    await expect(specOf(events)).rejects.toMatchObject({
      code: 'Invalid',
      message: expect.stringContaining(why),
    });
  });

  it('refuses last words of a process that is ended from outside (I6)', async () => {
    const behavior: Behavior = (_inbox, self) =>
      NEVER.pipe(finalize(() => void self.send('log', 'bye', 1)));
    const system = testSystem();
    system.spawn(idle, { name: 'log' });
    const pid = system.spawn(behavior);
    const events: TraceEvent[] = collect(system.trace(pid));
    system.flush();
    system.terminate(pid);
    system.flush();

    await expect(specOf(events)).rejects.toThrow('what it sent at 0 ms while it was ended');
  });

  it('refuses a trace that begins after the first turn (I6)', async () => {
    const system = testSystem();
    const pid = system.spawn(idle);
    system.flush();
    const events: TraceEvent[] = collect(system.trace(pid));
    system.send(pid, 'x', 1);
    system.flush();

    await expect(specOf(events)).rejects.toThrow('begins after the first turn');
  });
});
