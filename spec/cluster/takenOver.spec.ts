import { describe, expect, it } from '@jest/globals';
import { filter, NEVER, Subject } from 'rxjs';
import { Carrier } from '../../lib/cluster/carrier.js';
import { Hello } from '../../lib/cluster/hello.js';
import { incarnate, type NameOwner } from '../../lib/cluster/index.js';
import { Directory } from '../../lib/cluster/names/directory.js';
import type { Keys } from '../../lib/cluster/names/keys.js';
import { Lanes } from '../../lib/cluster/names/lanes.js';
import { Spawner } from '../../lib/cluster/names/spawner.js';
import { Upkeep } from '../../lib/cluster/names/upkeep.js';
import { Peers } from '../../lib/cluster/peers.js';
import type { SharedSession } from '../../lib/cluster/relations/shared.js';
import { Session } from '../../lib/cluster/session.js';
import type { Frames } from '../../lib/cluster/transport/frames.js';
import { Subjects } from '../../lib/cluster/transport/subjects.js';
import type { Entry } from '../../lib/cluster/wire/entry.js';
import { encodeFrame, Flag } from '../../lib/cluster/wire/frame.js';
import { loadPacker } from '../../lib/cluster/wire/loadPacker.js';
import { kernelOf } from '../../lib/runtime/index.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { collect } from '../support/runtime.js';
import { hostile } from './support/hostile.js';
import { counts, NOTHING, watching } from './support/pair.js';

const packer = loadPacker();

/** A node `a`, and one that says hello to it as it likes. */
function greeting() {
  const { a, nats, advance } = hostile();
  const place = { name: 'x', incarnation: '1', cluster: 'main', replicas: 1, warn: () => {} };
  const transport = nats.transport()(place);
  advance(10);
  const hello = (...said: readonly unknown[]): void => {
    const body = packer.pack(said);
    const header = { flags: Flag.hello, from: 5, to: 0, number: 0, ack: 0 };
    const to = new Subjects('main').frame('a~1', 'x~1');
    transport.publish(to, encodeFrame(header, [body], body.length));
    advance(10);
  };
  return { a, hello };
}

const FITTING = ['main', 'msgpack', 16 * 1024 * 1024] as const;

describe('a node that is taken over', () => {
  it.each([
    { what: 'that has no text', cluster: { toString: 1, valueOf: 1 }, text: 'object' },
    { what: 'that is very long', cluster: 'x'.repeat(500_000), text: `"${'x'.repeat(64)}"` },
  ])('says hello with a name of a cluster $what, which is told as it is (D25)', (row) => {
    const { a, hello } = greeting();
    hello(0, [], row.cluster, 'msgpack', 1);
    expect(a.events).toEqual([
      `hello_refused: x~1: its cluster is ${row.text}, and here it is "main"`,
    ]);
  });

  it('says of itself nothing that is no data (D23, D25)', () => {
    const { a, hello } = greeting();
    let meta: unknown = 1;
    for (let level = 0; level < 200; level++) meta = [meta];
    hello(0, [], ...FITTING, meta);
    expect(a.events).toEqual(['hello_refused: x~1: its hello cannot be read']);
  });

  it('is sent everything again once in 25 ms, however often it asks (D13)', () => {
    const { a, b, say, forge, advance } = hostile();
    say();
    a.self.send(b.pid, 'x', Buffer.alloc(100_000));
    a.system.flush();
    const ask = () => forge({ flags: Flag.ackOnly + Flag.again, number: 1, ack: 0 });
    for (let i = 0; i < 100; i++) ask();
    advance(2);
    expect(a.cluster.stats().peers[0]?.again).toBe(1);
  });

  it('sends no entry that is larger than maxMessage, in however many pieces (D22)', () => {
    const { a, b, say, forge, advance } = hostile({ maxMessage: 100_000 });
    const exits = watching(a.self, b.pid);
    say();
    a.log.length = 0;
    const row = Buffer.from(packer.pack([1, a.pid, 'big', b.pid, 'x'.repeat(400_000)]));
    for (const [at, number] of [0, 200_000, 400_000].map((at, i) => [at, 3 + i] as const)) {
      const flags = at === 400_000 ? 0 : Flag.more;
      forge({ flags, number }, row.subarray(at, at + 200_000));
    }
    advance(5);
    expect([a.log, exits]).toEqual([[], ['noconnection']]);
    expect(a.events).toEqual([expect.stringMatching(/^bad_frame: b~1/), 'down b~1 reset']);
  });

  it('leaves nothing here by a spawn whose ties are none (D38, D60)', () => {
    const { a, b, say } = hostile({ spawnable: ['w'] });
    a.system.define('w', () => NEVER);
    const size = [...a.system.processes()].length;
    const from = b.pid;
    const all = [
      ...[undefined, null, { from: 5 }, { from: '{b~1@' }, { from: a.pid }],
      ...[1n, {}, 'x', 1.5, 1, -2].map((link) => ({ from, link })),
      ...[5, [5], [{ topic: '@x' }], [{ topic: 5 }]].map((messages) => ({ messages })),
      ...[{ name: 5 }, { name: {} }, { host: 5 }, { host: {} }],
    ];
    say(...all.map((options): Entry => ({ kind: 'spawn', ref: 7, id: 'w', args: [], options })));
    expect([...a.system.processes()].length).toBe(size);
    expect([a.events, counts(a)]).toEqual([[], [NOTHING]]);
  });

  it('has at most 500,000 monitors, calls, links and full mailboxes here, or its session ends (D61)', () => {
    const { kernel, warnings } = alone();
    const carrier = new Carrier(kernel, undefined);
    const world = { kernel, packer, maxMessage: 1_024, isStrict: true, carrier, take: () => {} };
    const session = new Session('b~1', world, () => undefined);
    const press = (i: number) => session.relations.pressure.press(`{b~1@main|${i}}`, true);
    for (let i = 0; i < 500_000; i++) press(i);

    expect(session.read(packer.pack([19]))).toBe(1);
    press(500_000);
    expect(session.read(packer.pack([19]))).toBeUndefined();
    expect(warnings).toEqual([
      'bad_frame: b~1 keeps more than 500,000 monitors, calls, links and full mailboxes here (D61)',
    ]);
  });

  it('has no effect before its state is complete, but what that is made of (D14)', () => {
    const { kernel, warnings } = alone();
    const plan = { cluster: 'main', maxMessage: 1_024, meta: undefined, propagate: undefined };
    const taken: string[] = [];
    const take = (_session: SharedSession, { kind }: Entry) => taken.push(kind) > 0;
    const peers = new Peers({
      ...{ kernel, packer, plan, hello: new Hello(packer, plan), isStrict: true },
      frames: { receive: () => {} } as unknown as Frames,
      shared: [{ kinds: ['name', 'link'], state: () => {}, take, lost: () => {} }],
    });
    peers.start({ heard: () => {}, linked: () => taken.push('linked'), ended: () => {} });
    const { session } = peers.open('b~1');
    const name: Entry = { kind: 'name', name: '@x', pid: undefined, revision: 1 };
    const link: Entry = { kind: 'link', a: '{b~1@main|0x1}', b: '{a~1@main|0xdead}', id: 2 };
    for (const entry of [name, link, { kind: 'ready' } as const, link]) peers.take(session, entry);

    expect(taken).toEqual(['name', 'linked', 'link']);
    expect(warnings).toEqual(['forged: b~1 has sent a link before its state is complete (D14)']);
  });

  it('makes a node read a key once more, however often it says that a name is its own (D45)', () => {
    const { kernel } = alone();
    const reads: Subject<NameOwner>[] = [];
    const upkeep = new Upkeep({
      ...{ kernel, lanes: new Lanes() },
      directory: { own: { get: () => ({ name: '@x' }), all: () => [] } } as unknown as Directory,
      keys: { assert: () => reads[reads.push(new Subject()) - 1] } as unknown as Keys,
    });
    for (let i = 0; i < 100; i++) upkeep.checkOne('@x');
    for (let i = 0; i < 5; i++) reads.at(-1)?.complete();

    expect(reads.length).toBe(2);
  });

  it('answers no spawn that another node was asked for, and with no process but its own (D60)', () => {
    const { kernel } = alone();
    const spawner = new Spawner(kernel, new Set());
    const refs: number[] = [];
    const send = (entry: Entry): void => void ('ref' in entry && refs.push(entry.ref));
    const [b, c] = ['b~1', 'c~1'].map((node) => {
      const relations = { node, prefix: `{${node}@`, phase: 'up', send };
      return { relations } as unknown as SharedSession;
    }) as [SharedSession, SharedSession];
    for (const session of [b, c]) spawner.state(session);
    const log: unknown[] = [];
    spawner
      .spawn('b', 'w')
      .subscribe({ next: (pid) => log.push(pid), error: ({ code }) => log.push(code) });
    const [ref = 0] = refs;
    const reply = (payload: string): Entry => ({ kind: 'reply', ref, payload });

    expect([spawner.take(c, reply('{c~1@main|0x1}')), log]).toEqual([false, []]);
    expect([spawner.take(b, reply('{c~1@main|0x1}')), log]).toEqual([true, ['Internal']]);
  });

  it('has at most 100,000 names that are known here (D61)', () => {
    const { kernel, warnings } = alone();
    const directory = new Directory(kernel, { leftovers: () => [], disputed: () => {} });
    const session = { relations: { node: 'b~1' } } as SharedSession;
    for (let i = 0; i < 100_002; i++) {
      directory.take(session, { kind: 'name', name: `@${i}`, pid: '{b~1@main|0x1}', revision: 1 });
    }

    expect(['@0', '@99999', '@100000'].map((name) => directory.find(name)?.revision)).toEqual([
      ...[1, 1, undefined],
    ]);
    expect(warnings).toEqual([
      'too_many_names: the node b~1 has more names than are known here (D61)',
    ]);
  });
});

/** The inside of a system that is in no cluster, and its warnings. */
function alone() {
  const system = testSystem({ node: incarnate('a', '1') });
  const warning$ = system.events$.pipe(filter((event) => event.type === 'warning'));
  const warnings = collect(warning$, ({ code, message }) => `${code}: ${message}`);
  return { kernel: system[kernelOf], warnings };
}
