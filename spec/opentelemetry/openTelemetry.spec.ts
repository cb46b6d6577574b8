import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { ignoreElements, map, mergeMap, tap } from 'rxjs';
import { setRelay, ws } from '../../lib/express/index.js';
import { act, type Behavior, broadcast, ofTopic, type Pid, reply, send } from '../../lib/index.js';
import { openTelemetry } from '../../lib/opentelemetry/index.js';
import { cleanUp, open, refusal, serve } from '../express/support.js';
import { door } from '../http/support.js';
import { collect, type Deferred, deferred, quiet, refused, settled } from '../support/runtime.js';
import { sdk, tree } from './support.js';

let otel: ReturnType<typeof sdk>;

beforeEach(() => {
  otel = sdk();
});

afterEach(async () => {
  await cleanUp();
  await otel.stop();
});

const PARENT = '0af7651916cd43dd8448eb211c80319c';
const headers = { traceparent: `00-${PARENT}-b7ad6b7169203331-01` };

/** Tells the room of each client and of what it says, and answers with what the room has said. */
const desk: Behavior = (inbox) =>
  inbox.pipe(
    ofTopic(ws.join, ws.message, ws.leave),
    map(({ topic }) => send('room', `room.${topic}`, 'secret')),
  );

const room: Behavior = (inbox) => inbox.pipe(ignoreElements());

async function traced() {
  const telemetry = openTelemetry({ tracer: otel.tracer });
  const running = await serve({
    system: { context: telemetry },
    routes: (app, { system }) => {
      app.get('/ws/:desk', async (_req, res) => {
        await Promise.resolve();
        setRelay(res, { target: desk, metadata: { token: 'secret' } }).end();
      });
      system.spawn(room, { name: 'room' });
    },
  });
  return { ...running, telemetry };
}

describe('openTelemetry', () => {
  it('puts an upgrade, its join, its messages and those to other processes into one trace (I15)', async () => {
    const { port, relay, system, telemetry } = await traced();
    telemetry.observe(relay);
    const closed = deferred();
    relay.connections$.subscribe(({ type }) => type === 'closed' && closed.resolve());
    const client = await open(port, '/ws/a?token=secret', { headers });
    client.socket.send('secret');
    client.socket.close();
    await closed.promise;
    await settled(system);

    const spans = otel.spans();
    expect(tree(spans)).toEqual([
      'upgrade /ws/:desk ← elsewhere',
      'process ws.join ← upgrade /ws/:desk',
      'process room.ws.join ← process ws.join',
      'process ws.message ← upgrade /ws/:desk',
      'process room.ws.message ← process ws.message',
      'process ws.leave ← upgrade /ws/:desk',
      'process room.ws.leave ← process ws.leave',
    ]);
    expect(new Set(spans.map((span) => span.spanContext().traceId))).toEqual(new Set([PARENT]));
    const [upgrade, , toRoom] = spans;
    expect([upgrade?.kind, upgrade?.attributes]).toEqual([
      SpanKind.SERVER,
      {
        ...{ 'http.request.method': 'GET', 'url.path': '/ws/a' },
        'http.response.status_code': 101,
      },
    ]);
    expect([toRoom?.kind, toRoom?.attributes]).toEqual([
      SpanKind.CONSUMER,
      {
        'rx_process.topic': 'room.ws.join',
        'rx_process.pid': system.names.lookup('room'),
        'rx_process.from': expect.stringMatching(/^\{main\|/),
      },
    ]);
    expect(
      JSON.stringify(spans.map(({ name, attributes, events }) => [name, attributes, events])),
    ).not.toContain('secret');
  });

  it('has each connection in a trace of its own, where no client names one (I15)', async () => {
    const { port, relay, system, telemetry } = await traced();
    telemetry.observe(relay);
    for (const path of ['/ws/a', '/ws/b']) (await open(port, path)).socket.send('x');
    while (otel.spans().length < 10) await settled(system);

    const spans = otel.spans();
    const ids = new Set(spans.map((span) => span.spanContext().traceId));
    const traces = [...ids].map((id) => spans.filter((span) => span.spanContext().traceId === id));
    expect(traces.map(tree)).toEqual(
      new Array(2).fill([
        'upgrade /ws/:desk',
        'process ws.join ← upgrade /ws/:desk',
        'process room.ws.join ← process ws.join',
        'process ws.message ← upgrade /ws/:desk',
        'process room.ws.message ← process ws.message',
      ]),
    );
  });

  it('has an upgrade by relayUpgrades, and its handler, in its span (I15)', async () => {
    const seen: (string | undefined)[] = [];
    const { relay, port } = await door(async () => {
      seen.push(trace.getActiveSpan()?.spanContext().traceId);
      await Promise.resolve();
      seen.push(trace.getActiveSpan()?.spanContext().traceId);
      return seen.length > 2 ? { status: 503 } : { status: 401 };
    });
    const off = openTelemetry({ tracer: otel.tracer }).observe(relay);
    for (let n = 0; n < 2; n++) await refusal(port, '/path', { headers });
    off();
    await refusal(port, '/path', { headers });

    expect(seen).toEqual([PARENT, PARENT, PARENT, PARENT, undefined, undefined]);
    expect(
      otel.spans().map(({ name, attributes, status }) => [name, attributes, status.code]),
    ).toEqual(
      [401, 503].map((code) => [
        'upgrade',
        {
          ...{ 'http.request.method': 'GET', 'url.path': '/path' },
          'http.response.status_code': code,
        },
        code < 500 ? SpanStatusCode.UNSET : SpanStatusCode.ERROR,
      ]),
    );
  });

  it('makes an upgrade a child of the span in force, and does not read the header then (I15)', async () => {
    const { port, relay, server, telemetry } = await traced();
    telemetry.observe(relay);
    // As an instrumentation of `http` does it.
    const { emit } = server;
    const { tracer } = otel;
    server.emit = ((...args: Parameters<typeof emit>) => {
      if ((args[0] as string) !== 'request') return emit.apply(server, args);
      return tracer.startActiveSpan('GET', (span) => {
        span.end();
        return emit.apply(server, args);
      });
    }) as typeof emit;
    await refusal(port, '/ws/a/none', { headers });

    expect(tree(otel.spans()).filter((each) => each.startsWith('upgrade'))).toEqual([
      'upgrade ← GET',
    ]);
    expect(otel.spans().at(-1)?.kind).toBe(SpanKind.INTERNAL);
  });

  it('has the span of a message in force while it is handled, also if it has waited (I15)', async () => {
    const go = deferred();
    const system = quiet({ context: openTelemetry({ tracer: otel.tracer }) });
    const ids: unknown[] = [];
    const note = (): void => void ids.push(trace.getActiveSpan()?.spanContext().spanId);
    const slow: Behavior = (inbox) =>
      inbox.pipe(
        act(async () => {
          note();
          await go.promise;
          note();
        }),
      );
    const pid = system.spawn(slow);
    await otel.tracer.startActiveSpan('root', async (root) => {
      for (const topic of ['a', 'b']) system.send(pid, topic, 1);
      root.end();
    });
    await settled(system);
    expect(otel.spans().map(({ name }) => name)).toEqual(['root', 'process a']);
    go.resolve();
    await settled(system);

    const spans = otel.spans();
    expect(tree(spans)).toEqual(['root', 'process a ← root', 'process b ← root']);
    const [, a, b] = spans.map((span) => span.spanContext().spanId);
    expect(ids).toEqual([a, a, b, b]);
  });

  it('tells the members of a group apart that let a message wait (I15)', async () => {
    const system = quiet({ context: openTelemetry({ tracer: otel.tracer }) });
    const held = new Map<Pid, Deferred<void>>();
    const log: unknown[] = [];
    const member: Behavior = (inbox, self) => {
      self.join('all');
      held.set(self.pid, deferred());
      return inbox.pipe(
        act(async ({ topic }) => {
          const span = trace.getActiveSpan() as unknown as { attributes: Record<string, unknown> };
          log.push([topic, self.pid, span.attributes['rx_process.pid']]);
          await held.get(self.pid)?.promise;
        }),
      );
    };
    const [first, second] = [system.spawn(member), system.spawn(member)];
    await settled(system);
    const both = ['a', 'b'].map((topic) => broadcast('all', topic, 1));
    system.spawn((inbox) => inbox.pipe(mergeMap(() => both)), { messages: [{ topic: 'go' }] });
    await settled(system);
    for (const pid of [second, first]) {
      held.get(pid)?.resolve();
      await settled(system);
    }

    expect(log).toEqual([
      ['a', first, first],
      ['a', second, second],
      ['b', second, second],
      ['b', first, first],
    ]);
    const names = otel.spans().map(({ name }) => name);
    expect(names.sort()).toEqual([
      'process a',
      'process a',
      'process b',
      'process b',
      'process go',
    ]);
  });

  it('follows calls and what comes after their replies (I15)', async () => {
    const system = quiet({ context: openTelemetry({ tracer: otel.tracer }) });
    system.spawn((inbox) => inbox.pipe(map((message) => reply(message, 1))), { name: 'sum' });
    system.spawn(room, { name: 'room' });
    const answers = collect(
      system.call('sum', 'add', 1).pipe(tap(() => system.send('room', 'done', 1))),
    );
    await settled(system);

    expect(answers).toEqual([1]);
    expect(tree(otel.spans())).toEqual(['process add', 'process done ← process add']);
  });

  it('keeps nothing of a connection that has closed (I15)', async () => {
    const { port, relay, telemetry } = await traced();
    telemetry.observe(relay);
    const closed = deferred();
    relay.connections$.subscribe(({ type }) => type === 'closed' && closed.resolve());
    const client = await open(port, '/ws/a');
    client.socket.terminate();
    await closed.promise;

    // biome-ignore lint/complexity/useLiteralKeys: a protected member
    expect(telemetry['traces'].size).toBe(0);
    expect(context.active()).toBeDefined();
  });

  it('keeps nothing of connections that are open when the observation ends (I15)', async () => {
    const { port, relay, telemetry } = await traced();
    const stop = telemetry.observe(relay);
    await open(port, '/ws/a');
    // biome-ignore lint/complexity/useLiteralKeys: a protected member
    const traces = telemetry['traces'];
    const before = traces.size;
    stop();

    expect([before, traces.size]).toEqual([1, 0]);
  });

  it('refuses an option that nobody knows, and what is no relay (I7, I15)', () => {
    expect(() => openTelemetry({ trace: 1 } as never)).toThrow(refused('Invalid'));
    expect(() => openTelemetry().observe({} as never)).toThrow(
      refused('Invalid', {
        message: 'observe: give a relay, as websocketRelay and relayUpgrades return it',
      }),
    );
  });
});
