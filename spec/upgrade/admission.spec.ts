import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { filter, firstValueFrom } from 'rxjs';
import type { Relay } from '../../lib/express/index.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { Admission } from '../../lib/upgrade/index.js';
import { cleanUp, deferred, echo, handshake, open, refusal, within } from '../express/support.js';
import { collect } from '../support/runtime.js';
import { DOORS, type Reply, serveAt } from './doors.js';

afterEach(cleanUp);
afterEach(() => {
  jest.restoreAllMocks();
});

const BOTH = [DOORS[0], DOORS[2]];
const toEcho: Reply = { target: echo };
const byHeader = ({ headers }: IncomingMessage) => headers['x-key'] as string | undefined;
const as = (key: string) => ({ headers: { 'X-Key': key } });

/** A first handshake whose handler waits; all later ones are admitted. */
async function waiting(at: (typeof DOORS)[number], options = {}, headers = {}) {
  const answer = deferred<Reply>();
  const arrived = deferred();
  const ran: string[] = [];
  const reply = (path: string): Reply | Promise<Reply> => {
    ran.push(path);
    arrived.resolve();
    return ran.length === 1 ? answer.promise : toEcho;
  };
  const served = await serveAt(at, reply, options);
  const first = served.connect().write(handshake('/1', headers));
  await within(arrived.promise, 'the handler');
  return { ...served, first, socket: await served.first(), ran, answer };
}

const closing = (relay: Relay): Promise<unknown> =>
  within(
    firstValueFrom(relay.connections$.pipe(filter(({ type }) => type === 'closed'))),
    'the end of a connection',
  );

const closeOf = (socket: Socket): Promise<void> =>
  within(new Promise((resolve) => socket.once('close', () => resolve())), 'the close');

describe.each(BOTH)('maxConnections (door $door)', (at) => {
  it('counts a handshake that is with its handler, and what it becomes (H16)', async () => {
    const { port, first, ran, answer, warnings } = await waiting(at, { maxConnections: 1 });
    const full = { status: 503, body: 'Connection limit reached' };

    expect(await refusal(port, '/2')).toMatchObject(full);
    answer.resolve(toEcho);
    await first.until(/^HTTP\/1.1 101 /);
    expect(await refusal(port, '/3')).toMatchObject(full);
    expect(ran).toEqual(['/1']);
    expect(warnings).toMatchObject([{ code: 'connections_full' }]);
  });

  type Waiting = Awaited<ReturnType<typeof waiting>>;
  it.each<{ what: string; end: (all: Waiting) => Promise<unknown>; options?: object }>([
    {
      what: 'its handler refuses',
      end: ({ answer, first }) => {
        answer.resolve({ status: 401 });
        return first.end();
      },
    },
    {
      what: 'its handler fails',
      end: ({ answer, first }) => {
        answer.resolve(Promise.reject(new Error('boom')) as never);
        return first.end();
      },
    },
    {
      what: 'its client leaves',
      end: ({ first, socket }) => {
        first.socket.destroy();
        return closeOf(socket);
      },
    },
    {
      what: 'its time is over',
      end: ({ first }) => first.end(),
      options: { handshakeTimeout: 99 },
    },
    {
      what: 'its connection closes',
      end: async ({ answer, first, relay }) => {
        answer.resolve(toEcho);
        await first.until(/^HTTP\/1.1 101 /);
        const closed = closing(relay);
        first.socket.destroy();
        await closed;
      },
    },
    {
      what: 'its target cannot be spawned',
      end: async ({ answer, first, socket, system }) => {
        await system.hosts.stop('main');
        answer.resolve(toEcho);
        await first.until(/target process exited/);
        first.socket.destroy();
        await closeOf(socket);
        system.hosts.add('main');
      },
    },
    {
      what: '`ws` refuses the handshake',
      end: ({ answer, first }) => {
        answer.resolve(toEcho);
        return first.end();
      },
      options: { headers: { 'Sec-WebSocket-Protocol': ', ,' } },
    },
  ])('has the place free again when $what (H16)', async ({ end, options = {} }) => {
    const { headers, ...more } = options as { headers?: Record<string, string> };
    const all = await waiting(at, { maxConnections: 1, ...more }, headers);
    await end(all);

    expect(await (await open(all.port, '/2')).ask('hi')).toBe('hi');
  });
});

describe.each(BOTH)('connectionKey (door $door)', (at) => {
  it('bounds the connections and handshakes of each key, and no others (H16)', async () => {
    const options = { connectionKey: byHeader, maxPerKey: 2 };
    const headers = { 'X-Key': 'a' };
    const { port, relay, ran, answer, first, warnings } = await waiting(at, options, headers);
    const second = await open(port, '/a', as('a'));
    for (let n = 0; n < 2; n++) {
      expect(await refusal(port, '/a', as('a'))).toMatchObject({
        status: 429,
        headers: { 'retry-after': '10' },
        body: 'Too many connections',
      });
    }

    for (const options of [as('b'), {}, {}, {}]) {
      expect(await (await open(port, '/other', options)).ask('hi')).toBe('hi');
    }
    answer.resolve({ status: 403 });
    await first.end();
    await open(port, '/a', as('a'));
    const closed = closing(relay);
    second.socket.close();
    expect(await closed).toMatchObject({ type: 'closed', key: 'a' });
    await open(port, '/a', as('a'));

    expect(ran).toHaveLength(8);
    const keys = relay.connections().map(({ key }) => key);
    expect(keys).toEqual(['b', undefined, undefined, undefined, 'a', 'a']);
    expect(warnings).toMatchObject([{ code: 'key_full' }]);
    expect(warnings[0]?.message).not.toMatch(/\ba\b: /);
  });

  it.each<{ what: string; connectionKey: () => unknown }>([
    {
      what: 'throws',
      connectionKey: () => {
        throw new Error('boom');
      },
    },
    { what: 'answers a promise', connectionKey: async () => 'secret' },
    { what: 'answers a promise that rejects', connectionKey: () => Promise.reject(new Error('x')) },
    { what: 'answers a number', connectionKey: () => 42 },
    { what: 'answers null', connectionKey: () => null },
  ])('refuses with 500 where it $what, and warns once (H16)', async ({ connectionKey }) => {
    let ran = 0;
    const reply = () => {
      ran++;
      return toEcho;
    };
    const { port, warnings } = await serveAt(at, reply, { connectionKey } as never);
    for (let n = 0; n < 2; n++) {
      expect(await refusal(port, '/')).toMatchObject({
        status: 500,
        body: 'Internal server error',
      });
    }

    expect(ran).toBe(0);
    expect(warnings).toMatchObject([{ code: 'connection_key_failed' }]);
    expect(warnings[0]?.message).toMatch(/boom|connectionKey: answer a text or undefined at once/);
    expect(warnings[0]?.message).not.toMatch(/42|secret/);
  });
});

describe.each(BOTH)('a relay that is shut down (door $door)', (at) => {
  it.each([
    { by: 'its connectionKey', key: true },
    { by: 'a handler, which answers all the same', key: false },
  ])('by $by refuses the handshake, and keeps no place (Q3, H16)', async ({ key }) => {
    const shut = (): undefined => void shutdowns.push(relay.shutdown());
    const shutdowns: Promise<void>[] = [];
    const reply = (): Reply => {
      if (!key) shut();
      return toEcho;
    };
    const options = key ? { connectionKey: shut } : {};
    const { relay, port } = await serveAt(at, reply, options);

    expect(await refusal(port, '/')).toMatchObject({
      status: 503,
      body: 'Relay is shutting down',
    });
    await within(Promise.all(shutdowns), 'the shutdown');
    expect(relay.count).toBe(0);
  });
});

/** What `enter` of an admission says to a series of handshakes that are over at once. */
function entrances(options: object) {
  const system = testSystem();
  const warnings = collect(system.events$.pipe(filter(({ type }) => type === 'warning')));
  const admission = new Admission(system, options, {
    name: 'relay',
    originAdvice: { host: '', http: '', https: '' },
  });
  const headers = { 'sec-websocket-version': '13', 'sec-websocket-key': `${'x'.repeat(22)}==` };
  const request = { method: 'GET', httpVersion: '1.1', headers: { host: 'h', ...headers } };
  const enter = (times: number, key?: string): (number | undefined)[] =>
    Array.from({ length: times }, () => {
      const each = { request, key, refuse: () => {} } as never;
      const answer = admission.enter(each, { host: 'h', protocol: 'http' });
      admission.leave(each);
      return answer?.status;
    });
  return { system, admission, enter, warnings };
}

describe('a relay without connectionKey', () => {
  it('counts nobody by the key of another one, which a handshake has passed before (H16)', () => {
    const { admission, enter } = entrances({});
    const take = jest.spyOn(admission.hub.places, 'take');
    enter(1, 'of the other');

    expect(take.mock.calls).toEqual([[undefined]]);
  });
});

describe('upgradesPerSecond', () => {
  it('lets a second of them in at once, then so many a second of the system (H17)', () => {
    const { system, enter, warnings } = entrances({ upgradesPerSecond: 2 });

    expect(enter(4)).toEqual([undefined, undefined, 503, 503]);
    system.advance('500ms');
    expect(enter(2)).toEqual([undefined, 503]);
    system.advance('10s');
    expect(enter(3)).toEqual([undefined, undefined, 503]);
    expect(warnings).toMatchObject([{ code: 'too_many_upgrades' }]);
  });

  it.each([0, Number.POSITIVE_INFINITY])('is no limit with %p (H17)', (upgradesPerSecond) => {
    expect(new Set(entrances({ upgradesPerSecond }).enter(20_000))).toEqual(new Set([undefined]));
  });

  it('is 10,000 by default (H17)', () => {
    expect(entrances({}).enter(10_001).indexOf(503)).toBe(10_000);
  });

  it('takes nothing for a key that has all its places (H17)', () => {
    const options = { upgradesPerSecond: 1, connectionKey: () => 'a', maxPerKey: 1 };
    const { admission, enter } = entrances(options);
    admission.hub.places.take('a');
    expect(enter(3)).toEqual([429, 429, 429]);
    admission.hub.places.free('a');

    expect(enter(2)).toEqual([undefined, 503]);
  });
});

describe.each(BOTH)('an answer to an upgrade (door $door)', (at) => {
  it('is counted by its status, once (H17)', async () => {
    const replies: Readonly<Record<string, () => Reply | Promise<Reply>>> = {
      '/401': () => ({ status: 401 }),
      '/late': async () => ({ status: 302 }),
      '/echo': () => toEcho,
      '/later': async () => toEcho,
      '/dead': () => ({ target: 'x' as never }),
    };
    const { port, relay } = await serveAt(at, (path) => replies[path]?.() ?? { status: 404 });
    for (const path of ['/401', '/401', '/late', '/nowhere', '/dead']) await refusal(port, path);
    await refusal(port, '/echo', { origin: 'https://evil.example' });
    for (const path of ['/echo', '/echo', '/later']) await open(port, path);

    expect(relay.stats().upgrades).toEqual({ 101: 3, 302: 1, 401: 2, 403: 1, 404: 1, 500: 1 });
  });
});
