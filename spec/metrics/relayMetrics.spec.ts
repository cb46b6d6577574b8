import { afterEach, describe, expect, it } from '@jest/globals';
import { Gauge, Registry, register } from 'prom-client';
import { setRelay } from '../../lib/express/index.js';
import { relayMetrics } from '../../lib/metrics/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import { cleanUp, echo, handshake, open, Raw, refusal, serve } from '../express/support.js';
import { door } from '../http/support.js';
import { exitOf } from '../relay/scene.js';
import { idle, refused, settled } from '../support/runtime.js';

afterEach(async () => {
  await cleanUp();
  register.clear();
});

/** The samples of a registry, without those of the event loop, whose values nobody knows. */
async function samples(registry: Registry): Promise<string[]> {
  const text = await registry.metrics();
  const isSample = (line: string): boolean => !/^(?:#|$|rx_process_event_loop)/.test(line);
  return text.split('\n').filter(isSample);
}

const app = () =>
  serve({
    routes: (app, { system }) => {
      app.get('/ws/echo', (_req, res) => void setRelay(res, { target: echo }).end());
      const full = system.spawn(idle);
      app.get('/ws/idle', (_req, res) => void setRelay(res, { target_pid: full }).end());
    },
  });

describe('relayMetrics', () => {
  it('shows what the relay has counted, whenever it is asked (I14)', async () => {
    const { relay, port, system } = await app();
    const registry = new Registry();
    relayMetrics([relay, relay], registry); // a relay counts once
    const client = await open(port, '/ws/echo');
    await client.ask('abc');
    expect((await refusal(port, '/ws/none')).status).toBe(404);
    const waiting = await open(port, '/ws/idle');
    const [first, second] = relay.connections();
    const gone = exitOf(system, first?.pid ?? '');
    client.socket.close(4321);
    await gone;
    waiting.socket.send('x');
    // The join waits as well.
    while (system.info('{main|0x00001}')?.depth !== 2) await settled(system);

    expect((await samples(registry)).filter((line) => !/duration|turns/.test(line))).toEqual([
      'rx_process_connections 1',
      'rx_process_connections_opened_total 2',
      'rx_process_connections_closed_total{code="4000-4999"} 1',
      'rx_process_upgrades_total{status="101"} 2',
      'rx_process_upgrades_total{status="404"} 1',
      'rx_process_messages_received_total 2',
      'rx_process_messages_sent_total 1',
      'rx_process_received_bytes_total 4',
      'rx_process_sent_bytes_total 5',
      'rx_process_mailbox_messages 2',
      'rx_process_mailbox_messages_max 2',
    ]);
    expect(await samples(registry)).toContain('rx_process_connections 1');
    const text = await registry.metrics();
    expect(text).not.toContain(second?.pid);
    expect(text).not.toContain('/ws');
    expect(text).toMatch(/^rx_process_event_loop_lag_seconds\{quantile="0.99"\} [\d.e-]+$/m);
  });

  it('measures how many turns there are, and the time that they take while somebody wants it (I14)', async () => {
    const { relay, port, system } = await app();
    const { queue } = system[kernelOf];
    const client = await open(port, '/ws/echo');
    await client.ask('abc');
    expect([queue.busy, queue.measuring]).toEqual([0, 0]);
    const registry = new Registry();
    const offs = [relayMetrics(relay, registry), relayMetrics(relay, new Registry())];
    const turns = queue.turns;
    await client.ask('abc');

    const values = (await samples(registry)).filter((line) => /turns/.test(line));
    expect(values).toEqual([
      `rx_process_turns_total ${queue.turns}`,
      `rx_process_turns_time_seconds_total ${queue.busy / 1_000}`,
    ]);
    expect([queue.turns > turns, queue.busy > 0]).toEqual([true, true]);
    for (const off of offs) off();
    expect(queue.measuring).toBe(0);
  });

  it('measures how long upgrades take, by either door, and only from when it is asked to (I14)', async () => {
    const registry = new Registry();
    const count = async (): Promise<string | undefined> =>
      (await samples(registry)).find((line) => /duration_seconds_count/.test(line))?.split(' ')[1];
    const express = await app();
    const http = await door(() => ({ target: echo }));
    await open(express.port, '/ws/echo');
    const off = relayMetrics([express.relay, http.relay], registry);
    expect(await count()).toBe('0');

    await open(express.port, '/ws/echo');
    await refusal(express.port, '/ws/none');
    await open(http.port, '/');
    expect(await count()).toBe('3');
    expect(
      (await samples(registry)).filter((line) => /^rx_process_connections /.test(line)),
    ).toEqual(['rx_process_connections 3']);
    // A client whose request is not even looked at takes no time of any handler.
    await new Raw(http.port).write(handshake('/', { 'Sec-WebSocket-Version': '8' })).end();
    expect(await count()).toBe('3');
    off();
  });

  it('does not count the time of a handler whose client has left (I14)', async () => {
    const registry = new Registry();
    let arrive = (): void => {};
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const { relay, port } = await door(() => {
      arrive();
      return new Promise(() => {});
    });
    relayMetrics(relay, registry);
    const client = new Raw(port).write(handshake('/'));
    await arrived;
    client.socket.destroy();
    await client.closed;

    expect(await samples(registry)).toContain('rx_process_upgrade_duration_seconds_count 0');
  });

  it('is taken off again, with all that it has registered (I14)', async () => {
    const { relay, port } = await app();
    const registry = new Registry();
    const other = new Gauge({ name: 'other', help: 'of somebody else', registers: [registry] });
    other.set(1);
    const off = relayMetrics(relay, registry);
    off();
    off();

    expect(await registry.metrics()).toMatch(/^# HELP other.*\n.*\nother 1\n$/);
    await open(port, '/ws/echo');
    relayMetrics(relay, registry)();
  });

  it("takes prom-client's own registry by default (I14)", async () => {
    const { relay } = await app();
    relayMetrics(relay);

    expect(await register.metrics()).toContain('rx_process_connections 0');
  });

  it.each([
    { what: 'no relay', relay: {} },
    { what: 'nothing', relay: undefined },
    { what: 'an empty list', relay: [] },
  ])('refuses $what, and registers nothing (I14)', async ({ relay }) => {
    const registry = new Registry();
    const message = 'relayMetrics: give a relay, as websocketRelay and relayUpgrades return it';
    expect(() => relayMetrics(relay as never, registry)).toThrow(refused('Invalid', { message }));
    expect(registry.getMetricsAsArray()).toEqual([]);
  });

  it('refuses a registry that has its names, and leaves it as it is (I14)', async () => {
    const { relay } = await app();
    const registry = new Registry();
    new Gauge({ name: 'rx_process_mailbox_messages', help: 'mine', registers: [registry] });

    expect(() => relayMetrics(relay, registry)).toThrow(
      refused('AlreadyExists', {
        message:
          'relayMetrics: the registry has rx_process_mailbox_messages already; give all relays in one call',
      }),
    );
    expect(registry.getMetricsAsArray()).toHaveLength(1);
  });
});
