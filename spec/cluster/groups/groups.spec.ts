import { describe, expect, it } from '@jest/globals';
import { VirtualTimeScheduler } from 'rxjs';
import { Groups } from '../../../lib/cluster/groups/groups.js';
import { incarnate, joinCluster } from '../../../lib/cluster/index.js';
import type { Out } from '../../../lib/cluster/relations/out.js';
import { Relations } from '../../../lib/cluster/relations/relations.js';
import type { SharedSession } from '../../../lib/cluster/relations/shared.js';
import type { Entry } from '../../../lib/cluster/wire/entry.js';
import { EntryReader } from '../../../lib/cluster/wire/entryReader.js';
import { EntryWriter } from '../../../lib/cluster/wire/entryWriter.js';
import { loadPacker } from '../../../lib/cluster/wire/loadPacker.js';
import { kernelOf } from '../../../lib/runtime/index.js';
import { memoryNats } from '../../../lib/testing/cluster/memoryNats.js';
import { testSystem } from '../../../lib/testing/live/testSystem.js';
import { idle } from '../../support/runtime.js';
import type { Node } from '../support/nodes.js';
import { crowd, membersOf, troubles } from './support.js';

const packer = loadPacker();

/** A session that writes down what is sent by it. */
class Recorder implements SharedSession, Out {
  readonly log: unknown[] = [];
  readonly relations: Relations;
  readonly isFull = false;

  readonly #writer: EntryWriter;

  constructor(node: string, kernel: Node['system'][typeof kernelOf], maxMessage: number) {
    this.#writer = new EntryWriter(packer, { maxMessage });
    this.relations = new Relations(kernel, node, this);
  }

  send(): boolean {
    throw new Error('entries of groups are packed for all');
  }
  post(): void {
    this.send();
  }
  pack(entry: Entry): Uint8Array {
    return this.#writer.write(entry);
  }
  sendPacked(bytes: Uint8Array): boolean {
    return this.#take('send', bytes);
  }
  postPacked(bytes: Uint8Array): void {
    this.#take('post', bytes);
  }
  #take(way: string, bytes: Uint8Array): boolean {
    const [entry] = new EntryReader(packer, () => {}).read(bytes) as [Entry];
    if (entry.kind === 'group') {
      const { scope, change, groups } = entry;
      this.log.push([way, change, scope, ...groups.flat(2)]);
    } else this.log.push([way, entry.kind]);
    return true;
  }
}

/** The groups of a system, with three scopes: one that is shared, one that is counted, and one that is neither. */
function groupsOf(maxMessage = 2 ** 20) {
  const system = testSystem({ node: 'a~1' });
  const kernel = system[kernelOf];
  const localScopes = new Set(['own']);
  const plan = { maxMessage, localScopes, countedScopes: new Set(['counted']) };
  const make = () => new Groups(kernel, plan);
  const session = (node = 'b~1') => new Recorder(node, kernel, maxMessage);
  return { system, make, session };
}

describe('Groups', () => {
  it('tells who comes of all members here, but for local scopes, and counted ones by number (D14, D46, D48)', () => {
    const { system, make, session } = groupsOf();
    const [p, q] = [system.spawn(idle), system.spawn(idle)];
    for (const scope of ['pg', 'counted', 'own']) system.groups.scope(scope).join('g', [p, q, p]);
    system.groups.monitor('watched').subscribe();
    const groups = make();
    const b = session();
    groups.state(b);

    expect(b.log).toEqual([
      ['post', 'set', 'pg', 'g', p, p, q],
      ['post', 'set', 'counted', 'g', 2],
    ]);
  });

  it('tells of changes in scopes that were in use before (D46)', () => {
    const { system, make, session } = groupsOf();
    const p = system.spawn(idle);
    system.groups.join('g', p);
    const groups = make();
    const b = session();
    groups.state(b);
    system.groups.leave('g', p);

    expect(b.log.at(-1)).toEqual(['send', 'leave', 'pg', 'g', p]);
  });

  it('goes on with a long list by joins (D22, D47)', () => {
    const { system, make, session } = groupsOf(150);
    const pids = Array.from({ length: 5 }, () => system.spawn(idle));
    system.groups.join('g', pids);
    const groups = make();
    const b = session();
    groups.state(b);

    expect(b.log).toEqual([
      ['post', 'set', 'pg', 'g', ...pids.slice(0, 3)],
      ['post', 'join', 'pg', 'g', ...pids.slice(3)],
    ]);
  });

  it('tells numbers in a turn, behind what was sent before and before what is sent later (D47, D48)', () => {
    const { system, make, session } = groupsOf();
    const groups = make();
    const b = session();
    groups.state(b);
    const { queue } = system[kernelOf];
    const mark = (name: string) => queue.push({ receive: () => b.log.push(name) }, undefined);
    const { join, leave } = system.groups.scope('counted');
    const pids = [system.spawn(idle), system.spawn(idle)];
    system.flush();
    mark('before');
    join('g', pids);
    mark('after');
    leave('g', pids[0] as string);
    join('h', pids);
    system.flush();

    expect(b.log).toEqual(['before', ['post', 'set', 'counted', 'g', 1, 'h', 2], 'after']);
  });

  it('tells the next session of a node, even if that begins before the last one is over (D10)', () => {
    const { system, make, session } = groupsOf();
    const groups = make();
    const [first, second] = [session(), session()];
    groups.state(first);
    first.relations.close();
    groups.state(second);
    groups.lost('b~1');
    system.groups.join('g', system.spawn(idle));

    expect([first.log.length, second.log.length]).toEqual([0, 1]);
    second.relations.close();
    groups.lost('b~1');
    system.groups.join('g', system.spawn(idle));
    expect(second.log).toHaveLength(1);
  });

  it('sends no broadcast where all members are spared (D49)', () => {
    const { system, make, session } = groupsOf();
    const groups = make();
    const [b, c] = [session(), session('c~1')];
    for (const each of [b, c]) {
      groups.state(each);
      const pid = `${each.relations.prefix}main|0x00001}`;
      const entry = { kind: 'group', scope: 'pg', change: 'join', groups: [['g', [pid]]] } as const;
      groups.take(each, entry);
    }
    const message = { topic: 'hi', payload: 1, from: undefined };
    const group = system[kernelOf].groups.open({ group: 'g' });

    expect(groups.cast(group, message, ['{b~1@main|0x00001}'])).toBe(1);
    expect([b.log, c.log]).toEqual([[], [['send', 'cast']]]);
  });

  it('drops a broadcast to a node that is being lost: no node (D49)', () => {
    const { system, make, session } = groupsOf();
    const groups = make();
    const b = session();
    groups.state(b);
    groups.take(b, { kind: 'group', scope: 'pg', change: 'set', groups: [['g', 3]] });
    b.relations.close();
    const seen = troubles({ system });
    const group = system[kernelOf].groups.open({ group: 'g' });
    const message = { topic: 'hi', payload: 1, from: undefined };

    expect(groups.cast(group, message, [])).toBe(0);
    system.flush();
    expect(seen).toEqual([['drop', 'no node', 3, undefined]]);
  });

  it('warns of a group whose name cannot cross, which stays known here (D27)', () => {
    const { system, make, session } = groupsOf(1_024);
    const groups = make();
    const b = session();
    groups.state(b);
    const codes: unknown[] = [];
    system.events$.subscribe((event) => codes.push(event.type === 'warning' && event.code));
    system.groups.join('g'.repeat(2_000), system.spawn(idle));

    expect(system.groups.size('g'.repeat(2_000))).toBe(1);
    expect(b.log).toEqual([]);
    expect(codes).toContain('unencodable');
  });
});

describe('a link that takes longer than silence to begin', () => {
  it('has the groups of both ends all the same (D6, D47)', () => {
    const scheduler = new VirtualTimeScheduler();
    const nats = memoryNats({ scheduler, latency: 600 });
    const nodes = ['a', 'b'].map((name): Node => {
      const system = testSystem({ scheduler, node: incarnate(name, '1') });
      return { system, cluster: joinCluster(system, { transport: nats.transport() }) };
    });
    const [a, b] = nodes as [Node, Node];
    a.system.advance(12_000);
    const [p, q] = [...crowd(a, 1), ...crowd(b, 1)] as [string, string];
    a.system.groups.join('g', p);
    b.system.groups.join('g', q);
    a.system.advance(12_000);

    expect(nodes.map((node) => membersOf(node))).toEqual([
      [p, q],
      [q, p],
    ]);
  });
});
