import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { NEVER } from 'rxjs';
import { ws } from '../../lib/express/index.js';
import { fragmentFlood } from '../../lib/testing/faults/fragmentFlood.js';
import { halfOpen } from '../../lib/testing/faults/halfOpen.js';
import { slowReader } from '../../lib/testing/faults/slowReader.js';
import { cleanUp, frame, handshake, open, Raw, within } from '../express/support.js';
import { closing, frameBytes, framesBytes } from '../support/frames.js';
import { deferred, turns } from '../support/runtime.js';
import { attack, goodClient, witnessed } from '../ws/witness.js';
import { serves, watched } from './support.js';

afterEach(cleanUp);

const MIB = 1024 * 1024;

describe('Max message', () => {
  it('is 1 MiB by default; one byte more closes with 1009, in a frame and in fragments (Q2)', async () => {
    const server = await witnessed();
    const stays = await goodClient(server);
    const most = frameBytes({ payload: 'x'.repeat(MIB) });
    const more = frameBytes({ payload: 'x'.repeat(MIB + 1) });
    const halves = framesBytes(
      { payload: 'x'.repeat(MIB), fin: false },
      { opcode: 0, payload: 'x' },
    );

    const taken = await attack(server, Buffer.concat([most, frameBytes(closing(1000))]));

    expect(taken.heard.map((each) => each.length)).toEqual([4, MIB, 'leave: client closed'.length]);
    expect((await attack(server, more)).code).toBe(1009);
    expect((await attack(server, halves)).code).toBe(1009);
    await stays();
  });
});

describe('Tiny-fragment flood', () => {
  it('is closed with 1008, and others are served meanwhile (Q8, CVE-2026-48779)', async () => {
    const server = await witnessed();
    const stays = await goodClient(server);

    const flood = fragmentFlood(server.next().url);
    await stays();

    expect(await flood).toMatchObject({ ended: 'closed', code: 1008 });
    await stays();
  });

  it('may have as many fragments as docs/limits.md says', async () => {
    const row = readFileSync('docs/limits.md', 'utf8').match(/`maxFragments` \| ([\d,]+)/);
    const most = Number(row?.[1]?.replace(',', ''));
    const server = await witnessed();
    const begin = (count: number) =>
      framesBytes({ fin: false }, ...Array(count - 1).fill({ opcode: 0, fin: false }));
    const last = framesBytes({ opcode: 0, payload: 'x' }, closing(1000));

    const taken = await attack(server, Buffer.concat([begin(most - 1), last]));

    expect(taken.heard).toEqual(['join', 'x', 'leave: client closed']);
    expect((await attack(server, Buffer.concat([begin(most), last]))).code).toBe(1008);
  });
});

describe('Close-frame memory leak', () => {
  it('is mended by the ws that the package asks for: 8.21 or later (CVE-2026-45736)', () => {
    const asked = JSON.parse(readFileSync('package.json', 'utf8')).dependencies.ws as string;
    const there = JSON.parse(readFileSync('node_modules/ws/package.json', 'utf8')).version;

    for (const version of [asked.replace(/^[~^]/, ''), there]) {
      const [major, minor] = version.split('.').map(Number);
      expect(major).toBe(8);
      expect(minor).toBeGreaterThanOrEqual(21);
    }
  });

  it('does not happen: a close frame has its code and its reason, and no byte of other memory', async () => {
    const server = await witnessed();

    for (const reason of ['', 'x', 'x'.repeat(123)]) {
      expect(await attack(server, frameBytes(closing(4000, reason)))).toMatchObject({
        code: 4000,
        reason,
      });
    }
  });

  it.each([new Float64Array(10), 100, { length: 100 }])(
    'does not happen by a process that gives %p for a reason (W4)',
    async (reason) => {
      const { port, relay, system } = await watched();
      const client = await open(port, '/ws/echo');
      await client.ask('hi');

      const [{ pid } = { pid: '' }] = relay.connections();
      system.send(pid, ws.close as string, { code: 4000, reason });

      expect(await within(client.closed, 'the close')).toEqual({ code: 4000, reason: '' });
    },
  );
});

describe('Unhandled `error` event', () => {
  /** What a client does before it resets TCP. */
  it.each([
    { what: 'nothing', text: '' },
    { what: 'half a handshake', text: handshake('/ws/echo').slice(0, 60) },
    { what: 'a handshake', text: handshake('/ws/echo') },
    { what: 'a refused one', text: handshake('/ws/none') },
    { what: 'a handshake and half a frame', text: `${handshake('/ws/echo')}\x81\xff` },
    {
      what: 'a handshake and what is no frame',
      text: `${handshake('/ws/echo')}${'\xff'.repeat(99)}`,
    },
    { what: 'no HTTP at all', text: '\0\0\0\0\r\n\r\n' },
  ])('is never there when a client resets TCP after $what (CVE-2024-38355)', async ({ text }) => {
    const server = await watched();

    await Promise.all(Array.from({ length: 20 }, () => reset(server.port, text)));
    // An error that nobody handles fails the test that runs.
    await serves(server);
  });

  async function reset(port: number, text: string): Promise<void> {
    const { promise, resolve } = deferred();
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(text, 'latin1', () => socket.resetAndDestroy());
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve());
    await within(promise, 'the reset');
  }
});

describe('Attachment count bomb', () => {
  it.each([2n ** 20n + 1n, 2n ** 32n, 2n ** 53n, 2n ** 63n - 1n])(
    'is no more than a number: what announces %p bytes reserves none, and is refused at once (CVE-2026-33151)',
    async (length) => {
      const server = await witnessed();
      const stays = await goodClient(server);
      const before = process.memoryUsage().arrayBuffers;

      const { code, heard } = await attack(server, frameBytes({ length, lengthBytes: 8 }));

      expect(code).toBe(1009);
      expect(heard[0]).toBe('join');
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(MIB);
      await stays();
    },
  );
});

describe('Flood', () => {
  it('is read no faster than it may come, or closed with 1008 where that is wanted (Q7)', async () => {
    const rates = { messagesPerSecond: 100, overRate: 'close' } as const;
    const server = await witnessed(rates);
    const stays = await goodClient(server);
    const flood = framesBytes(...Array(1_000).fill({ payload: 'hi' }));

    const { code, reason, heard } = await attack(server, flood);

    expect([code, reason]).toEqual([1008, 'rate limit exceeded']);
    expect(heard.filter((each) => each === 'hi').length).toBeLessThanOrEqual(200);
    await stays();
  });

  it('is limited in bytes as well (Q7)', async () => {
    const server = await witnessed({ bytesPerSecond: 100_000, overRate: 'close' });
    const flood = framesBytes(...Array(100).fill({ payload: 'x'.repeat(10_000) }));

    expect((await attack(server, flood)).code).toBe(1008);
  });
});

describe('Idle/dead', () => {
  it('is a client that answers no ping, which is cut off (Q1)', async () => {
    const server = await witnessed({ pingInterval: 100 });
    const { url, visit } = server.next();

    expect(await halfOpen(url)).toMatchObject({ ended: 'ended' });
    await visit.exit;
    expect(visit.heard).toEqual(['join', 'leave: ping timeout']);
  });

  it('is one without a message, closed with 1001 where that is wanted (Q9)', async () => {
    const server = await watched({ relay: { idleTimeout: 100 } });
    const client = await open(server.port, '/ws/echo');

    expect(await within(client.closed, 'the end')).toEqual({ code: 1001, reason: 'idle timeout' });
  });
});

describe('Backpressure both ways', () => {
  it('closes a client that does not read, and keeps no more for it than it may (Q2)', async () => {
    const server = await witnessed({ maxBuffered: 65_536 });
    const { url, visit } = server.next();

    const report = await slowReader(url, { bytesPerSecond: 0, messages: ['flood'] });

    expect(report).toMatchObject({ ended: 'reset', messages: 0 });
    await visit.exit;
    expect(visit.heard).toEqual(['join', 'flood', 'leave: slow consumer']);
  });

  it('stops reading a client whose target takes nothing: TCP holds it back (Q2)', async () => {
    const { port, system } = await watched({ target: () => NEVER });
    const drops: unknown[] = [];
    system.events$.subscribe((event) => event.type === 'drop' && drops.push(event));
    const raw = new Raw(port).write(handshake('/ws/echo'));
    await raw.until(/\r\n\r\n/);
    const flood = Buffer.concat(Array(1_000).fill(frame('x'.repeat(125))));

    // What no buffer of either side takes any more waits here.
    for (let n = 0; n < 200; n++) raw.socket.write(flood);
    await turns(50);

    expect(raw.socket.writableLength).toBeGreaterThan(0);
    expect(Math.max(...system.processes().map(({ depth }) => depth))).toBeLessThanOrEqual(1_001);
    expect(drops).toEqual([]);
  });
});
