import { afterEach, describe, expect, it } from '@jest/globals';
import { firstValueFrom, map } from 'rxjs';
import { type Behavior, createSystem, receive, send, topic } from '../../lib/index.js';
import { type Probe, probe, testSystem } from '../../lib/testing/index.js';

const ping = topic<string>('ping');
const pong = topic<number>('pong');
const other = topic<string>('other');

describe('probe', () => {
  const system = createSystem({ logger: false });
  const start = (): Probe => probe(system);
  afterEach(() => {
    for (const { pid } of system.processes()) system.terminate(pid);
  });

  it('takes messages in order, waiting for those that have not come', async () => {
    const client = start();
    system.send(client.pid, pong, 1);
    system.send(client.pid, pong, 2);

    expect(await client.next()).toMatchObject({ topic: 'pong', payload: 1, from: undefined });
    expect(await client.next()).toMatchObject({ payload: 2 });
    expect(client.messages).toHaveLength(2);
  });

  it('serves several that wait in the order in which they began', async () => {
    const client = start();
    const all = Promise.all([client.next(), client.next()]);
    system.send(client.pid, pong, 1);
    system.send(client.pid, pong, 2);

    expect((await all).map((m) => m.payload)).toEqual([1, 2]);
  });

  it('takes the first message of a topic and leaves the others for later', async () => {
    const client = start();
    system.send(client.pid, other, 'x');
    system.send(client.pid, pong, 1);

    expect((await client.expect(pong)).payload).toBe(1);
    expect((await client.next()).payload).toBe('x');
  });

  it('speaks as itself, so that an async generator answers it', async () => {
    const counter: Behavior = async function* (inbox) {
      let count = 0;
      for await (const { from } of receive(inbox)) yield send(from ?? '', pong, ++count);
    };
    const pid = system.spawn(counter);
    const client = start();
    client.self.send(pid, ping, 'a');
    client.self.send(pid, ping, 'b');

    expect((await client.expect(pong)).payload).toBe(1);
    expect(await client.expect(pong)).toMatchObject({ payload: 2, from: pid });
  });

  it('takes options of a spawn, a name for one', async () => {
    const client = probe(system, { name: 'client' });
    system.send('client', pong, 3);

    expect((await client.next()).payload).toBe(3);
  });

  it('says at the deadline what it waited for and what came', async () => {
    const client = start();
    system.send(client.pid, other, 'taken');
    await client.next();
    system.send(client.pid, other, 'x'.repeat(200));

    const failure = client.expect(pong, '20ms');

    await expect(failure).rejects.toMatchObject({ code: 'Timeout' });
    await expect(failure).rejects.toThrow(
      /waited 20 ms for pong; not taken: other 'x{79}; taken before: 1$/,
    );
  });

  it('says that nothing came', async () => {
    await expect(start().next(1)).rejects.toThrow(/waited 1 ms for a message; nothing came$/);
  });

  it('forgets who has given up', async () => {
    const client = start();
    await expect(client.next(1)).rejects.toThrow();
    system.send(client.pid, pong, 1);

    expect((await client.next()).payload).toBe(1);
  });

  it('rejects at once when it is terminated, and ever after', async () => {
    const client = start();
    const waiting = client.next('1h');
    system.terminate(client.pid);

    await expect(waiting).rejects.toMatchObject({ code: 'Unavailable' });
    await expect(client.next()).rejects.toThrow(/has ended; nothing came$/);
  });

  it('throws on a deadline that is none', () => {
    expect(() => start().next('soon')).toThrow(/deadline: "soon" is no duration/);
  });

  it('monitors like any process', async () => {
    const pid = system.spawn(() => []);

    expect((await firstValueFrom(start().self.monitor(pid))).from).toBe(pid);
  });

  it('has its messages as soon as a test system has been flushed', () => {
    const virtual = testSystem();
    const client = probe(virtual);
    const pid = virtual.spawn((inbox) => inbox.pipe(map((m) => send(m.from ?? '', pong, 1))));
    client.self.send(pid, ping, 'a');
    virtual.flush();

    expect(client.messages).toEqual([{ topic: 'pong', payload: 1, from: pid }]);
  });
});
