import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { first, firstValueFrom, ignoreElements, tap } from 'rxjs';
import { type Cluster, incarnate, joinCluster } from '../../../lib/cluster/index.js';
import { setRelay, ws } from '../../../lib/express/index.js';
import { type Behavior, ofTopic, type Pid } from '../../../lib/index.js';
import {
  cleanUp,
  echo,
  open,
  type Running,
  refusal,
  serve,
  within,
} from '../../express/support.js';
import { describeWith } from '../../interop/need.js';
import { type NatsServer, NEED, natsServer } from '../support/natsServer.js';

/** Writes down who has joined, left or said something. */
const listener =
  (log: string[]): Behavior =>
  (inbox) =>
    inbox.pipe(
      ofTopic(ws.join, ws.message, ws.leave),
      tap(({ topic, payload }) => log.push(`${topic} ${JSON.stringify(payload.metadata)}`)),
      ignoreElements(),
    );

describeWith(NEED)('a relay on two nodes', () => {
  let nats: NatsServer;
  beforeAll(async () => {
    nats = await natsServer({ hasJetStream: false });
  });
  afterAll(() => nats.close());
  afterEach(cleanUp);

  /** A node with a server whose clients are connected to the process in the path of the request. */
  async function node(name: string): Promise<Running & { cluster: Cluster }> {
    const running = await serve({
      system: { node: incarnate(name) },
      routes: (app) => {
        app.get('/ws/:target', ({ params, query }, res) => {
          setRelay(res, {
            target_pid: params.target as Pid,
            metadata: { ...query } as object,
          }).end();
        });
      },
    });
    const cluster = joinCluster(running.system, { servers: nats.url, beat: 100, silence: 1_500 });
    return { ...running, cluster };
  }

  async function two() {
    const [a, b] = await Promise.all([node('a'), node('b')]);
    for (const { cluster } of [a, b]) {
      const other$ = cluster.nodes$.pipe(first(() => cluster.nodes().length === 1));
      await within(firstValueFrom(other$), 'the other node', 5_000);
    }
    return { a, b, path: (pid: Pid) => `/ws/${encodeURIComponent(pid)}?user=ann` };
  }

  it('echoes text and bytes, hands over, and closes as if there were one (D51, D52, D53)', async () => {
    const { a, b, path } = await two();
    const log: string[] = [];
    const target = b.system.spawn(echo);
    const again = b.system.spawn(echo);
    const next = a.system.spawn(listener(log));
    const client = await open(a.port, path(target));
    expect(await client.ask('hi')).toBe('hi');
    client.socket.send(Uint8Array.of(1, 2, 3));
    expect(await client.next()).toEqual(Buffer.of(1, 2, 3));
    const other = await open(b.port, path(a.system.spawn(echo)));
    expect(await other.ask('and back')).toBe('and back');

    const { pid } = a.relay.connections()[0] as { pid: Pid };
    b.system.send(pid, ws.control, { target_pid: next, metadata: { user: 'ben' } });
    b.system.send(pid, ws.send, { data: 'moved' });
    expect(await client.next()).toBe('moved');
    b.system.send(pid, ws.control, { target_pid: again });
    b.system.send(pid, ws.send, { data: 'back' });
    expect(await client.next()).toBe('back');
    expect(await client.ask('hi')).toBe('hi');
    expect(log).toEqual(['ws.join {"user":"ben"}', 'ws.leave {"user":"ben"}']);

    b.system.terminate(again);
    expect(await within(client.closed, 'the close')).toEqual({
      ...{ code: 1011, reason: 'target process exited' },
    });
  });

  it('closes with 1012 when the node of the target leaves, and refuses by 404 (D52, D54)', async () => {
    const { a, b, path } = await two();
    const log: string[] = [];
    const target = b.system.spawn(echo);
    const client = await open(a.port, path(target));
    const other = await open(b.port, path(a.system.spawn(listener(log))));
    expect(await client.ask('hi')).toBe('hi');
    await b.cluster.leave();

    expect(await within(client.closed, 'the close')).toEqual({
      ...{ code: 1012, reason: 'target unreachable' },
    });
    expect(await within(other.closed, 'the close')).toMatchObject({ code: 1012 });
    expect((await refusal(a.port, path(target))).status).toBe(404);
    expect(log).toEqual(['ws.join {"user":"ann"}', 'ws.leave {"user":"ann"}']);
  });
});
