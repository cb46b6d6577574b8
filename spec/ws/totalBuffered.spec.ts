import { afterEach, describe, expect, it } from '@jest/globals';
import { NEVER } from 'rxjs';
import { setRelay, ws } from '../../lib/express/index.js';
import { probe } from '../../lib/testing/live/probe.js';
import { Outbox } from '../../lib/ws/index.js';
import { cleanUp, frame, handshake, open, Raw, serve, within } from '../express/support.js';
import { exitOf, relayTo, shown } from '../relay/scene.js';
import { collect, deferred, quiet, turns } from '../support/runtime.js';
import { connect, connectRaw, stall, wire } from './support.js';

afterEach(cleanUp);

const KIB = 1024;
const MIB = 1024 * KIB;

describe('what all clients of a relay hold together (Q12)', () => {
  it('is bounded: of 50 clients that stand still the largest go, the others and good ones stay', async () => {
    const STALLED = 50;
    const LIMIT = 16 * MIB;
    const server = await wire({ maxTotalBuffered: LIMIT });
    const good = await connect(server);
    const ends = [];
    for (let n = 0; n < STALLED; n++) {
      const { raw, end } = await connectRaw(server);
      raw.socket.pause();
      await stall(end);
      ends.push(end);
    }
    expect(ends.flatMap(({ events }) => events)).toEqual([]);
    // Growing, in an order that is not that of their sizes.
    for (let n = 0; n < STALLED; n++) {
      const size = (n * 7) % STALLED;
      for (let part = 0; part <= size; part++) ends[size]?.socket.write(new Uint8Array(16 * KIB));
    }
    await turns(12);
    good.end.socket.write('still here');
    expect(await good.client.next()).toBe('still here');

    const evicted = ends.map(({ events }) => events.some(({ type }) => type === 'evicted'));
    const left = ends.reduce((sum, { socket }) => sum + socket.buffered, 0);
    const first = evicted.indexOf(true);
    // All from the first that has gone on are larger, and all before are there.
    expect(evicted).toEqual(ends.map((_, n) => n >= first));
    expect(first).toBeGreaterThan(30);
    expect(left).toBeLessThanOrEqual(LIMIT);
    expect(left).toBeGreaterThan(LIMIT - 2 * MIB);
    expect(good.end.events).toEqual([]);
  }, 30_000);

  it('counts messages that are not complete, as they come, and cuts the largest off (Q12, Q13)', async () => {
    const server = await wire({ maxTotalBuffered: MIB, pingInterval: 0 });
    const good = await connect(server);
    const slow: Awaited<ReturnType<typeof connectRaw>>[] = [];
    for (let n = 0; n < 30; n++) {
      const { raw, end } = await connectRaw(server);
      // All but the last byte of a message.
      raw.write(
        Buffer.concat([Buffer.from([0x82, 0xfe, 0xf0, 0, 0, 0, 0, 0]), Buffer.alloc(60 * KIB - 1)]),
      );
      slow.push({ raw, end });
    }
    const isCut = ({ end }: (typeof slow)[number]): boolean =>
      end.events.some(({ type }) => type === 'closed');
    for (let n = 0; n < 500 && slow.filter(isCut).length < 13; n++) await turns(10);

    const left = slow.filter((each) => !isCut(each));
    expect(left.length).toBeGreaterThan(10);
    expect(left.length).toBeLessThanOrEqual(17);
    good.end.socket.write('still here');
    expect(await good.client.next()).toBe('still here');
  });

  it('closes with 1013 "server overloaded", told to the target, with a warning (cause m)', async () => {
    const running = await serve({
      relay: { maxTotalBuffered: MIB },
      routes: relayTo(() => target.pid),
    });
    const { system, port, warnings } = running;
    const target = probe(system);
    const good = await open(port, '/ws');
    const other = (await target.expect(ws.join)).payload.client_pid;
    const raw = new Raw(port).write(handshake('/ws'));
    const pid = (await target.expect(ws.join)).payload.client_pid;
    await raw.until(/\r\n\r\n/);
    raw.socket.pause();
    const ended = exitOf(system, pid);
    const drops = collect(system.events$, (event) => event.type === 'drop' && event.reason);
    for (let n = 0; warnings.length === 0 && n < 1_000; n++) {
      system.send(pid, ws.send, { data: new Uint8Array(64 * KIB) });
      await turns(2);
    }

    expect(warnings).toEqual([
      expect.objectContaining({
        code: 'memory_limit',
        message: expect.stringMatching(/held \d+ bytes, of 1048576 .*: closed the largest, 1$/),
      }),
    ]);
    system.send(other, ws.send, { data: 'still here' });
    expect(await good.next()).toBe('still here');
    raw.socket.resume();
    await raw.until(/\xf5server overloaded/);
    raw.socket.destroy();
    expect((await target.expect(ws.leave)).payload.reason).toBe('server overloaded');
    expect(shown(await ended)).toBe('error 1013 server overloaded');
    // What waited here was dropped, since it would have stayed until the close had timed out.
    expect(drops).toContain('overflow');
  });

  it('cuts off who has a large frame in the hands of Node, and frees it at once (Q12)', async () => {
    const { raw, end } = await connectRaw(await wire({ maxTotalBuffered: 8 * MIB }));
    raw.socket.pause();
    end.socket.write(new Uint8Array(32 * MIB));
    await end.seen('closed');

    expect(end.events.map(({ type }) => type)).toEqual(['evicted', 'closed']);
  });

  it('is bounded for each relay of a system apart (Q4)', async () => {
    const system = quiet();
    const outboxes = [1, 2].map(() => new Outbox(system, { maxTotalBuffered: 100 }));
    const warnings = collect(system.events$, ({ type }) => type);
    const holder = { holding: 80, evict: () => 0 };
    for (const { holders } of outboxes) holders.add(holder, 80);
    await turns(4);
    expect(warnings).toEqual([]);
    outboxes[0]?.holders.add({ ...holder }, 80);
    await turns(4);

    expect(warnings).toEqual(['warning']);
  });

  it('counts frames that wait for a busy target (Q2)', async () => {
    const { port, system, warnings } = await serve({
      relay: { maxTotalBuffered: 16 * KIB },
      routes: (app) => {
        app.get('/ws', (_req, res) => void setRelay(res, { target: () => NEVER }).end());
      },
    });
    const warned = deferred();
    system.events$.subscribe(({ type }) => {
      if (type === 'warning') warned.resolve();
    });
    const raw = new Raw(port).write(handshake('/ws'));
    await raw.until(/\r\n\r\n/);
    // More than the mark of 1,000 messages, with what a socket reads at a time behind it.
    raw.write(Buffer.concat(new Array(4_000).fill(frame('x'.repeat(100)))));
    await within(warned.promise, 'the warning');

    expect(warnings.map(({ code }) => code)).toEqual(['memory_limit']);
    await raw.until(/server overloaded/);
  });
});

describe('what still waits for a client that is lost', () => {
  it('is told of by a drop event, and not lost without a word (W3, §0)', async () => {
    const { system, port } = await serve({
      relay: { maxBuffered: 64 * MIB },
      routes: relayTo(() => target.pid),
    });
    const target = probe(system);
    const raw = new Raw(port).write(handshake('/ws'));
    const pid = (await target.expect(ws.join)).payload.client_pid;
    await raw.until(/\r\n\r\n/);
    raw.socket.pause();
    const drops: number[] = [];
    system.events$.subscribe((event) => {
      if (event.type === 'drop' && event.reason === 'closing') drops.push(event.count);
    });
    const ended = exitOf(system, pid);
    for (let n = 0; n < 400; n++) system.send(pid, ws.send, { data: new Uint8Array(64 * KIB) });
    await turns(12);
    expect(drops).toEqual([]);
    raw.socket.destroy();
    await ended;
    await turns(2);

    const lost = drops.reduce((sum, count) => sum + count, 0);
    expect(lost).toBeGreaterThan(100);
    expect(lost).toBeLessThanOrEqual(400);
  });
});
