import { afterEach, describe, expect, it } from '@jest/globals';
import { filter, firstValueFrom, ignoreElements, tap } from 'rxjs';
import { type ConnectionEvent, type RelayOptions, setRelay, ws } from '../../lib/express/index.js';
import type { Behavior } from '../../lib/index.js';
import { cleanUp, echo, open, refusal, serve, within } from '../express/support.js';
import { keeper, watched } from './support.js';

afterEach(cleanUp);

/** A server whose sessions are a set, which whoever comes is looked up in; a session holds for so long. */
async function sessions(millis = 0) {
  const open = new Set(['ada', 'bob']);
  const running = await serve({
    routes: (app) => {
      app.get('/ws/:user', ({ params: { user } }, response) => {
        if (!open.has(user)) return void response.sendStatus(401);
        const expires_at = millis > 0 ? Date.now() + millis : 0;
        setRelay(response, { target: echo, metadata: { user }, expires_at }).end();
      });
    },
  });
  return { ...running, sessions: open };
}

describe('Session end', () => {
  it('closes when the authorisation expires: 4401, where OWASP has 1008 (X13)', async () => {
    const { port } = await sessions(100);
    const client = await open(port, '/ws/ada');

    expect(await within(client.closed, 'the end')).toEqual({
      code: 4401,
      reason: 'authorization expired',
    });
  });

  it('closes at log-out whoever is there, with 1008 if that is wanted, and lets nobody back in (L9)', async () => {
    const { port, relay, sessions: users } = await sessions();
    const [ada, bob] = [await open(port, '/ws/ada'), await open(port, '/ws/bob')];

    users.delete('ada');
    const close = { code: 1008, reason: 'logged out' };
    const count = relay.closeWhere(({ metadata }) => metadata.user === 'ada', close);

    expect([count, await within(ada.closed, 'the end')]).toEqual([1, close]);
    expect(await refusal(port, '/ws/ada')).toMatchObject({ status: 401 });
    expect(await bob.ask('hi')).toBe('hi');
  });

  it('can be looked at again while a client is connected, who then stays or goes (X14)', async () => {
    const isKnown = (token: unknown): boolean => token === 'good';
    const renewing: Behavior = (inbox, self) =>
      inbox.pipe(
        tap(({ topic, from, payload }) => {
          if (topic !== ws.message) return;
          const known = isKnown((payload as { data: unknown }).data);
          const expires_at = known ? Date.now() + 60_000 : 1;
          self.send(from as string, ws.control, { expires_at });
          if (known) self.send(from as string, ws.send, { data: 'renewed' });
        }),
        ignoreElements(),
      );
    const { port } = await watched({ target: renewing });
    const client = await open(port, '/ws/echo');

    expect(await client.ask('good')).toBe('renewed');
    client.socket.send('stale');
    expect(await within(client.closed, 'the end')).toMatchObject({ code: 4401 });
  });
});

describe('Logs', () => {
  const SECRET = 's3cr3t';

  it('have open, close and limits, by user and connection, and neither bodies nor tokens (H18, L7)', async () => {
    const lines: unknown[] = [];
    const note = (...line: unknown[]): void => void lines.push(line);
    const relay: RelayOptions = {
      maxConnections: 1,
      messagesPerSecond: 10,
      overRate: 'close',
      allowedOrigins: 'https://app.example.com',
    };
    const running = await watched({
      relay,
      system: { logger: { warn: note, error: note } },
      metadata: { user: 'ada' },
    });
    const events: ConnectionEvent[] = [];
    running.relay.connections$.subscribe((event) => events.push(event));
    const { port, system } = running;
    const headers = { Authorization: `Bearer ${SECRET}`, Cookie: `sid=${SECRET}` };
    const options = { headers, protocols: [SECRET] };

    const client = await open(port, `/ws/echo?token=${SECRET}`, { headers });
    await refusal(port, `/ws/echo?token=${SECRET}`, options);
    await refusal(port, '/ws/echo', { ...options, origin: 'https://evil.example' });
    const limited = firstValueFrom(system.events$.pipe(filter(({ type }) => type === 'exited')));
    for (let n = 0; n < 100; n++) client.socket.send(`${SECRET} ${n}`);
    await within(limited, 'the end of the connection');
    await client.closed;

    expect(events.map(({ type, metadata }) => [type, metadata])).toEqual([
      ['opened', { user: 'ada' }],
      ['closed', { user: 'ada' }],
    ]);
    expect(running.warnings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['connections_full', 'origin_refused']),
    );
    expect(JSON.stringify(lines)).toContain('maxConnections');
    expect(JSON.stringify([lines, running.warnings])).not.toContain(SECRET);
  });
});

describe('Limits on names', () => {
  it('are not needed for what a client says: it joins no group and takes no name by it', async () => {
    const kept = keeper();
    const { port, system } = await watched({ target: kept.behavior });
    const client = await open(port, '/ws/echo');
    await kept.until(() => kept.messages.length === 1);
    const before = system.processes().map(({ names, groups }) => ({ names, groups }));

    for (let n = 0; n < 200; n++) client.socket.send(JSON.stringify({ join: `room-${n}` }));
    await kept.until(() => kept.messages.length === 201);

    expect(system.processes().map(({ names, groups }) => ({ names, groups }))).toEqual(before);
  });

  it('are there for what a handler takes from a path: a PID has 256 characters at most (P3)', async () => {
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws/:pid', ({ params: { pid } }, response) => {
          setRelay(response, { target_pid: pid }).end();
        });
      },
    });
    const pid = `{main|0x${'0'.repeat(300)}1}`;

    const { status, body } = await refusal(port, `/ws/${encodeURIComponent(pid)}`);

    expect([status, body]).toEqual([400, 'Invalid target PID']);
  });
});
