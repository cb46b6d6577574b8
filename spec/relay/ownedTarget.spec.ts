import { afterEach, describe, expect, it } from '@jest/globals';
import { finalize, ignoreElements, map, tap } from 'rxjs';
import { type RelayOptions, setRelay } from '../../lib/express/index.js';
import { type Behavior, exit, type Message, type Pid, type System } from '../../lib/index.js';
import {
  type Client,
  cleanUp,
  deferred,
  echo,
  open,
  type Running,
  refusal,
  serve,
  within,
} from '../express/support.js';

afterEach(cleanUp);

describe('a target that the relay owns (H1)', () => {
  const started: string[] = [];
  const owned =
    (name: string): Behavior =>
    (inbox, self) => {
      started.push(name);
      return echo(inbox, self) as never;
    };

  async function serveOwned(target: Behavior, relay: RelayOptions = {}): Promise<Running> {
    return serve({
      relay,
      routes: (app) => {
        app.get('/ws', (_req, res) => void setRelay(res, { target }).end());
        app.get('/ws/bad', (_req, res) => {
          setRelay(res, { target, heartbeat_interval: 'often' }).end();
        });
      },
    });
  }

  it('is not spawned for an upgrade that is refused', async () => {
    const { port, system } = await serveOwned(owned('refused'));

    expect((await refusal(port, '/ws/bad')).status).toBe(400);
    expect((await refusal(port, '/ws', { origin: 'https://evil.example' })).status).toBe(403);
    expect(started).toEqual([]);
    expect(system.processes()).toEqual([]);
  });

  it.each<{ what: string; deed: (client: Client, system: System, pid: Pid) => void }>([
    { what: 'its client closes', deed: (client) => client.socket.close() },
    { what: 'its client vanishes', deed: (client) => client.socket.terminate() },
    {
      what: 'its connection is terminated',
      deed: (_client, system, pid) => void system.terminate(pid),
    },
    {
      what: 'its connection is cancelled',
      deed: (_client, system, pid) => void system.cancel(pid),
    },
  ])('ends, after its leave, when $what', async ({ deed }) => {
    const log: string[] = [];
    const gone = deferred();
    const stubborn: Behavior = (inbox) =>
      inbox.pipe(
        tap(({ topic }: Message) => log.push(topic)),
        ignoreElements(),
        finalize(() => gone.resolve()),
      );
    const { port, system, relay } = await serveOwned(stubborn);
    const client = await open(port, '/ws');
    const connection = system.processes().find(({ host }) => host === 'relay');
    deed(client, system, connection?.pid as Pid);
    await within(gone.promise, 'the end of the target');

    expect(log).toEqual(['ws.join', 'ws.leave']);
    expect(system.processes()).toEqual([]);
    expect(relay.count).toBe(0);
  });

  it('closes its connection when it ends by itself (d)', async () => {
    const brief: Behavior = (inbox) => inbox.pipe(map(() => exit('normal')));
    const { port } = await serveOwned(brief);
    const client = await open(port, '/ws');

    expect((await within(client.closed, 'the close')).code).toBe(1000);
  });

  it('closes its connection with 1011 when it crashes at once (f)', async () => {
    const broken: Behavior = () => {
      throw new Error('secret');
    };
    const { port } = await serveOwned(broken);
    const client = await open(port, '/ws');

    expect(await within(client.closed, 'the close')).toEqual({
      code: 1011,
      reason: 'target process exited',
    });
  });
});
