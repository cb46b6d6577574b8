import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { connect } from '@nats-io/transport-node';
import type { Observable } from 'rxjs';
import type { Transport } from '../../../lib/cluster/index.js';
import { natsTransport } from '../../../lib/cluster/transport/natsTransport.js';
import { Subjects } from '../../../lib/cluster/transport/subjects.js';
import { describeWith } from '../../interop/need.js';
import { freePort } from '../../support/freePort.js';
import { collect } from '../../support/runtime.js';
import {
  type NatsServer,
  type NatsServerOptions,
  NEED,
  natsServer,
} from '../support/natsServer.js';
import { natsUsers } from '../support/natsUsers.js';
import { all, bytesOf, hear, place, reaches, roundTrip } from '../support/transports.js';

const UNAVAILABLE = { name: 'ProcessError', code: 'Unavailable' };
const subjects = new Subjects('main');
const [A, B, C] = ['a~00000001', 'b~00000001', 'c~00000001'];

const transports: Transport[] = [];
const servers: NatsServer[] = [];

/** A server for one spec, which ends with it. */
async function serve(options?: NatsServerOptions): Promise<NatsServer> {
  const server = await natsServer(options);
  servers.push(server);
  return server;
}

function made(server: { url: string }, name: string, pass = 'secret') {
  const at = place(name);
  const transport = natsTransport({ servers: server.url, nats: { user: name, pass } })(at);
  transports.push(transport);
  return { transport, warnings: at.warnings };
}

/** Sends and waits until the server has dealt with it, on what a node may publish and hear. */
async function beats(transport: Transport, name: string): Promise<void> {
  const beat = new Promise((resolve) => transport.subscribe(subjects.beat(name), resolve));
  transport.publish(subjects.beat(name), bytesOf('beat'));
  await beat;
}

afterEach(async () => {
  await Promise.all(transports.splice(0).map((transport) => all(transport.close())));
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

describeWith(NEED)('a server with permissions for each node', () => {
  let server: NatsServer;

  beforeAll(async () => {
    server = await natsServer({ config: natsUsers('a', 'b', 'c') });
    const admin = await connect({ servers: server.url, user: 'admin', pass: 'secret' });
    await new Kvm(jetstream(admin)).create('rxp1-main', { history: 1 });
    await admin.close();
  });
  afterAll(() => server.close());

  it('lets a node do all that it has to (D62)', async () => {
    const [a, b] = [made(server, 'a'), made(server, 'b')];
    await Promise.all([reaches(a.transport, 'up'), reaches(b.transport, 'up')]);
    const atA = hear(a.transport, subjects.frames(A));
    const atB = hear(b.transport, subjects.frames(B));
    await beats(a.transport, 'a');
    await beats(b.transport, 'b');

    a.transport.publish(subjects.frame(B, A), bytesOf('hello'), subjects.frame(A, B));
    a.transport.publish(subjects.frame(C, A), bytesOf('nobody'), subjects.frame(A, C));
    await beats(a.transport, 'a');
    await beats(b.transport, 'b');
    const { registry } = a.transport;
    const [first = 0] = await all(registry.create('n.x', bytesOf('a')));
    const [second = 0] = await all(registry.replace('n.x', bytesOf('a'), first));
    const read = await all(registry.read('n.x'));

    expect(atB).toEqual([`${subjects.frame(B, A)} hello`]);
    expect(atA).toEqual([`${subjects.frame(A, C)} refused`]);
    expect(read).toMatchObject([{ revision: second }]);
    expect(await all(registry.remove('n.x', second))).toEqual([true]);
    expect([...a.warnings, ...b.warnings]).toEqual([]);
  });

  it('refuses a forged sender, with a warning (D60, D62)', async () => {
    const [b, c] = [made(server, 'b'), made(server, 'c')];
    await Promise.all([reaches(b.transport, 'up'), reaches(c.transport, 'up')]);
    const atB = hear(b.transport, subjects.frames(B));
    await beats(b.transport, 'b');

    c.transport.publish(subjects.frame(B, A), bytesOf('I am a'));
    c.transport.publish(subjects.beat('a'), bytesOf('I am a'));
    await beats(c.transport, 'c');
    await beats(b.transport, 'b');

    expect(atB).toEqual([]);
    expect(c.warnings).toEqual([
      expect.stringMatching(/^nats_error: .*Permissions Violation for Publish to .*b\.00000001\.a/),
      expect.stringMatching(/^nats_error: .*Permissions Violation for Publish to .*b\.a/),
    ]);
  });

  it('refuses eavesdropping, with a warning, and the connection goes on (D62)', async () => {
    const [a, c] = [made(server, 'a'), made(server, 'c')];
    await Promise.all([reaches(a.transport, 'up'), reaches(c.transport, 'up')]);
    const stolen = [subjects.frames(B), 'rxp1.main.i.b.>', '>'].map((subject) =>
      hear(c.transport, subject),
    );
    await beats(c.transport, 'c');

    a.transport.publish(subjects.frame(B, A), bytesOf('for b'));
    await beats(a.transport, 'a');
    await beats(c.transport, 'c');

    expect(stolen).toEqual([[], [], []]);
    expect(c.warnings).toEqual(
      Array(3).fill(expect.stringMatching(/^nats_error: .*Permissions Violation for Subscription/)),
    );
  });

  it('ends a connection with wrong credentials for good (D66)', async () => {
    const { transport, warnings } = made(server, 'a', 'wrong');

    await expect(all(transport.state$)).rejects.toMatchObject({
      ...UNAVAILABLE,
      message: expect.stringContaining('Authorization Violation'),
    });
    expect(await all(transport.close())).toEqual([]);
    transport.publish('x', bytesOf('nobody is told'));
    transport.reconnect();
    expect(warnings).toEqual([]);
  });

  it('ends a connection whose credentials are revoked for good (D66)', async () => {
    const { transport } = made(server, 'c');
    const states: string[] = [];
    transport.state$.subscribe({ next: (state) => states.push(state), error: () => {} });
    await reaches(transport, 'up');

    server.reload(natsUsers('a', 'b'));

    await expect(all(transport.state$)).rejects.toMatchObject(UNAVAILABLE);
    expect(states).toEqual(['connecting', 'up', 'down']);
  });
});

describeWith(NEED)('a server with JetStream', () => {
  it('has the bucket made by whoever needs it first, in files, with a history of 1 (D41)', async () => {
    const server = await serve();
    const nodes = ['a', 'b', 'c'].map((name) => made(server, name).transport);
    await Promise.all(nodes.map((node) => reaches(node, 'up')));
    const made$ = nodes.map(({ registry }, at) => all(registry.create(`n.${at}`, bytesOf(''))));
    expect((await Promise.all(made$)).flat().toSorted()).toEqual([1, 2, 3]);

    const admin = await connect({ servers: server.url });
    const { config } = await (await jetstreamManager(admin)).streams.info('KV_rxp1-main');
    expect(config).toMatchObject({ storage: 'file', max_msgs_per_subject: 1, num_replicas: 1 });
    await admin.close();
  });
});

describeWith(NEED)('a server without JetStream', () => {
  it('serves all but the registry, which is Unavailable at once (D41)', async () => {
    const server = await serve({ hasJetStream: false });
    const { transport, warnings } = made(server, 'a');
    await reaches(transport, 'up');
    await roundTrip(transport);
    const { registry } = transport;
    const value = bytesOf('a');

    const calls: Observable<unknown>[] = [registry.create('k', value), registry.read('k')];
    for (const call of calls) {
      await expect(all(call)).rejects.toMatchObject({
        ...UNAVAILABLE,
        message: expect.stringContaining('jetstream is not enabled'),
      });
    }
    expect(warnings).toEqual([]);
  });
});

describeWith(NEED)('a server that is not there yet', () => {
  it('is tried until it is, with a warning (D15)', async () => {
    const port = await freePort();
    const { transport, warnings } = made({ url: `127.0.0.1:${port}` }, 'a');
    const states = collect(transport.state$);
    const heard = hear(transport, 's');
    while (warnings.length === 0) await new Promise((resolve) => setImmediate(resolve));

    transport.publish('s', bytesOf('too early'));
    await serve({ hasJetStream: false, port });
    await reaches(transport, 'up');
    transport.publish('s', bytesOf('now'));
    await roundTrip(transport);

    expect(states).toEqual(['connecting', 'up']);
    expect(heard).toEqual(['s now']);
    expect(warnings).toEqual([expect.stringMatching(/^unreachable: .*tried again: .*refused/)]);
  });
});
