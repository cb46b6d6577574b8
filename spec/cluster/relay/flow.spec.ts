import { describe, expect, it } from '@jest/globals';
import { ws } from '../../../lib/protocol/index.js';
import { Hub } from '../../../lib/relay/index.js';
import { kernelOf } from '../../../lib/runtime/index.js';
import { connect, frame } from '../../relay/connected.js';
import { collect, idle } from '../../support/runtime.js';
import { acts, Gate, listener, relayed, slow } from './support.js';

/** A client of the first node whose target, on the second, handles a message when it is told to. */
function flooded(options: Parameters<typeof relayed>[1] = {}) {
  const made = relayed('ab', options);
  const { first, second, advance } = made;
  const [log, gate] = [[] as string[], new Gate()];
  const target = second.system.spawn(slow(log, gate));
  const client = made.connect(target);
  gate.let(1);
  advance(10);
  const events = [first, second].map(({ system }) => collect(system.events$, ({ type }) => type));
  const lost = (): string[] => events.flat().filter((type) => type === 'drop');
  let sent = 0;
  const say = (count: number, size = 1): void => {
    for (let n = 0; n < count; n++) client.client.next(frame(`${sent++} `.padEnd(size)));
  };
  const handle = (count: number): void => {
    gate.let(count);
    advance(5);
  };
  const numbers = (): number[] =>
    log.filter((line) => line.startsWith('ws.message')).map((line) => Number(line.split(' ')[1]));
  return { ...made, target, client, lost, say, handle, numbers, log };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

describe('a client whose target on another node is slow', () => {
  it('is not read from the high mark to the low one, and loses nothing (D55, Q2)', () => {
    const { client, say, handle, numbers, lost, advance } = flooded();
    for (let n = 0; n < 16; n++) {
      say(100);
      advance(5);
    }
    expect(acts(client)).toEqual(['pause']);
    const taken = 1_600 - client.socket.held;
    // What was on its way when the mark was reached is all that is above it.
    expect(taken).toBeGreaterThanOrEqual(1_000);
    expect(taken).toBeLessThan(1_300);
    handle(taken - 502);
    expect(acts(client)).toEqual(['pause']);
    handle(1);
    expect(acts(client)[1]).toBe('resume');
    handle(1_000);
    handle(1_000);

    expect(client.socket.held).toBe(0);
    expect(numbers()).toEqual(upTo(1_600));
    expect(acts(client).filter((act) => act.startsWith('close'))).toEqual([]);
    expect(lost()).toEqual([]);
  });

  it('is held back by bytes as by messages (D55, M11)', () => {
    const { client, say, handle, numbers, advance } = flooded();
    for (let n = 0; n < 12; n++) {
      say(1, 200_000);
      advance(5);
    }
    expect(acts(client)).toEqual(['pause']);
    expect(12 - client.socket.held).toBe(7);
    handle(12);
    advance(10);
    handle(12);

    expect(numbers()).toEqual(upTo(12));
  });

  it('is counted by the bytes of its text, not by its characters (D55)', () => {
    const { second, target, client, advance } = flooded();
    client.client.next({ type: 'frame', data: 'éé', size: 4 });
    client.client.next({ type: 'frame', data: 'é', size: 2 });
    client.client.next({ type: 'frame', data: Uint8Array.of(1, 2, 3), size: 3 });
    advance(10);

    expect(second.system[kernelOf].processes.get(target)?.mailbox.bytes).toBe(5);
  });

  it('takes turns with the other clients of its node (D55, Q2)', () => {
    const { connect, target, say, handle, advance, log } = flooded();
    const other = connect(target);
    advance(10);
    say(1_000);
    advance(5);
    say(100);
    for (let n = 0; n < 100; n++) other.client.next(frame('other'));
    handle(1_300);
    const rest = log.slice(1_002).map((line) => line.includes('other'));
    // Each has a turn of some 16 frames, so that neither is through before the other begins.
    const half = rest.slice(0, 100).filter((isOther) => isOther).length;
    expect(half).toBeGreaterThan(30);
    expect(half).toBeLessThan(70);
    expect(rest).toHaveLength(200);
  });

  it('waits behind the clients of the target itself that wait already (D55, Q2)', () => {
    const { second, target, client, say, handle, advance } = flooded({
      mailbox: { capacity: 200 },
    });
    const local = connect(new Hub(second.system), second.system, target);
    advance(10);
    for (let n = 0; n < 150; n++) local.client.next(frame('local'));
    handle(30);
    expect(acts(local)).toEqual(['pause']);
    say(5);
    advance(5);
    say(5);
    advance(5);

    expect(acts(client)).toEqual(['pause']);
  });

  it('is read on where flow control is off, and then closed by 1013 (D55, M11)', () => {
    const { client, say, advance, second, hub } = flooded({
      hub: { flowControl: false },
      mailbox: { capacity: 40 },
    });
    const events = collect(second.system.events$, (event) => event.type);
    say(60);
    advance(10);

    expect(acts(client)).toEqual(['close 1013 target overloaded']);
    expect(events).toContain('drop');
    expect(hub.counters.stats(0).drops.overflow).toBe(20);
  });

  it('refuses no more than the frames that are too many: what was taken is handled (D55)', () => {
    const { client, say, advance, handle, numbers, log, hub } = flooded({
      mailbox: { capacity: 40 },
    });
    say(60);
    advance(10);
    client.client.next({ type: 'closed', code: 1013, reason: '' });
    handle(100);

    expect(acts(client)).toEqual(['close 1013 target overloaded']);
    expect(numbers()).toEqual(upTo(40));
    expect(log.at(-1)).toBe('ws.leave target overloaded');
    expect(hub.count).toBe(0);
  });

  it('never ends the target by its frames, whatever overflow says (D55, M11)', () => {
    const { second, target, say, advance } = flooded({
      mailbox: { capacity: 40, overflow: 'exit' },
    });
    say(60);
    advance(10);

    expect(second.system.info(target)).toBeDefined();
  });

  it('has no room for one more client (D55, Q2, H2)', () => {
    const { hub, target, say, advance } = flooded();
    const found = hub.find(target);
    expect(found && hub.refuses(found)).toBe(false);
    say(1_200);
    advance(10);

    expect(found && hub.refuses(found)).toBe(true);
  });

  it('is read again when the target ends, and closed for that (D55, D52)', () => {
    const { second, target, client, say, advance } = flooded();
    say(1_000);
    advance(10);
    say(100);
    expect(client.socket.held).toBe(100);
    second.system.terminate(target);
    advance(10);

    expect(acts(client)).toContain('close 1011 target process exited');
    expect(client.socket.held).toBe(0);
  });

  it('waits for nobody any more when it has left and the node is lost (D55, Z3)', () => {
    const { nats, client, say, advance } = flooded();
    say(1_000);
    advance(10);
    say(100);
    client.client.next({ type: 'closed', code: 1000, reason: '' });
    advance(10);
    expect(client.exits).toEqual([]);
    nats.kill('b');
    advance(2_000);

    expect(client.exits).toHaveLength(1);
  });

  it('is closed by 1012 when the node is lost meanwhile (D55, D54)', () => {
    const { nats, client, say, advance } = flooded();
    say(1_000);
    advance(10);
    say(100);
    nats.kill('b');
    advance(3_000);

    expect(acts(client)).toContain('close 1012 target unreachable');
    expect(client.socket.held).toBe(0);
  });
});

describe('a link that is half full', () => {
  it('takes what ends a connection, though it is full, also of a node without a relay (D55, D16)', () => {
    const { nats, nodes, second, connect, advance } = relayed('abc');
    const { system } = nodes[2] as typeof second;
    const client = connect(second.system.spawn(idle));
    advance(10);
    nats.freeze('a');
    let taken = 0;
    while (system.send(client.pid, ws.send, { data: 'hi' })) taken++;
    expect(taken).toBeLessThanOrEqual(8_192);
    expect(system.send(client.pid, ws.close, { code: 4000 })).toBe(true);
    nats.thaw('a');
    advance(100);

    expect(acts(client)).toHaveLength(taken + 1);
    expect(acts(client).at(-1)).toBe('close 4000 ');
  });

  it('holds the clients of all targets there back, and no others (D55, D16)', () => {
    const { nats, first, second, connect, advance } = relayed('ab');
    const log: string[] = [];
    const client = connect(second.system.spawn(listener(log)));
    const other = connect(second.system.spawn(idle));
    const local = connect(first.system.spawn(idle));
    advance(100);
    nats.freeze('b');
    for (let n = 0; n < 5_000; n++) client.client.next(frame(`${n}`));
    for (const { client: each } of [other, local]) each.next(frame('hi'));
    expect(acts(client)).toEqual(['pause']);
    expect(acts(other)).toEqual(['pause']);
    expect(acts(local)).toEqual([]);
    expect(5_000 - client.socket.held).toBe(4_096);
    nats.thaw('b');
    advance(50);
    expect(acts(other)).toEqual(['pause', 'resume']);
    advance(100);

    expect(log.slice(1)).toEqual(upTo(5_000).map((n) => `ws.message ${n}`));
  });
});
