import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { tap } from 'rxjs';
import { type RelayOptions, setRelay } from '../../lib/express/index.js';
import { type Behavior, type Inbox, type System, supervise } from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import { settled } from '../support/runtime.js';
import { cleanUp, echo, onCleanup, open, serve, within } from './support.js';

afterEach(cleanUp);

/** A relay whose targets echo, and one client of it. */
async function echoing(relay: RelayOptions, begin = (_system: System): void => {}) {
  const running = await serve({
    relay,
    routes: (app, { system }) => {
      begin(system);
      app.get('/ws', (_req, res) => void setRelay(res, { target: echo }).end());
    },
  });
  const client = await open(running.port, '/ws');
  const [pid] = running.relay.connections().map((connection) => connection.pid);
  return { ...running, client, pid };
}

/** No time passes for a rate before it is exceeded, or a slow machine would let in what is too much. */
function standing(system: System): void {
  const kernel = system[kernelOf];
  const clock = jest.spyOn(kernel, 'uptime').mockReturnValue(kernel.uptime());
  onCleanup(() => clock.mockRestore());
  system.events$.subscribe(({ type }) => void (type === 'warning' && clock.mockRestore()));
}

describe('a client above its rate', () => {
  it('gets all its answers, and one warning names it (Q7)', async () => {
    const { client, pid, warnings } = await echoing({ messagesPerSecond: 100 }, standing);
    for (let n = 0; n < 120; n++) client.socket.send(`${n}`);
    for (let n = 0; n < 120; n++) expect(await client.next()).toBe(`${n}`);

    expect(warnings).toMatchObject([{ code: 'rate_limited', pid }]);
    expect(warnings[0]?.message).toMatch(/messagesPerSecond/);
  });

  it('is closed with 1008 if that is wanted, with a warning (Q7, cause k)', async () => {
    const rates = { messagesPerSecond: 100, overRate: 'close' } as const;
    const { client, pid, warnings } = await echoing(rates, standing);
    for (let n = 0; n < 120; n++) client.socket.send(`${n}`);

    const closed = { code: 1008, reason: 'rate limit exceeded' };
    expect(await within(client.closed, 'the close')).toEqual(closed);
    expect(warnings).toMatchObject([{ code: 'rate_limited', pid }]);
  });
});

describe('a connection that waits for too long', () => {
  it('is closed with 1008 where its client does not end a message (Q9, cause k)', async () => {
    const { client } = await echoing({ messageTimeout: 40 });
    client.socket.send('beginning', { fin: false });

    const closed = { code: 1008, reason: 'message timeout' };
    expect(await within(client.closed, 'the close')).toEqual(closed);
  });

  it('stays where its target is started again in its own time (Q9, X9)', async () => {
    const crashes: Behavior = (inbox, self) =>
      echo(
        inbox.pipe(
          tap(({ payload }) => {
            if (Object(payload).data === 'boom') throw new Error('boom');
          }),
        ) as Inbox,
        self,
      );
    const backoff = { initial: 200, jitter: 0 };
    const room = supervise({
      backoff,
      children: [{ id: 'room', name: 'room', behavior: crashes }],
    });
    const { port, system } = await serve({
      relay: { holdTimeout: 40 },
      routes: (app) => {
        app.get('/ws', (_, res) => void setRelay(res, { target_name: 'room', rejoin: '5s' }).end());
      },
    });
    system.spawn(room);
    await settled(system);
    const client = await open(port, '/ws');
    client.socket.send('boom');

    expect(await client.ask('and then')).toBe('and then');
  });

  it('is closed with 1001 where it is idle, if that is wanted (Q9, cause o)', async () => {
    const { client } = await echoing({ idleTimeout: 40 });

    const closed = { code: 1001, reason: 'idle timeout' };
    expect(await within(client.closed, 'the close')).toEqual(closed);
  });
});
