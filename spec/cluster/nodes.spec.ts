import { describe, expect, it } from '@jest/globals';
import { incarnate, joinCluster } from '../../lib/cluster/index.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { brief, collect, turns } from '../support/runtime.js';
import { nodesOf } from './support/nodes.js';
import { counts, endOf, NOTHING, outcomeOf, pairOf, trapping, watching } from './support/pair.js';

const boom = new Error('boom');

/** Lets time pass until a promise is resolved. */
async function ends(promise: Promise<void>, advance: (millis: number) => void): Promise<void> {
  let isOver = false;
  void promise.then(() => {
    isOver = true;
  });
  for (let steps = 0; !isOver && steps < 500; steps++) {
    advance(10);
    await turns(1);
  }
  expect(isOver).toBe(true);
}

describe('two nodes', () => {
  it('see each other (D4, D14, D68)', () => {
    const { a, b, advance } = pairOf({ warm: 0, meta: { zone: 1 } });
    const changes = collect(a.cluster.nodes$);
    advance(4_000);
    const node = { name: 'b', id: 'b~1', meta: { zone: 1 } };
    expect(changes).toEqual([
      { kind: 'nodes', nodes: [] },
      { kind: 'node.up', node },
    ]);
    expect([a.cluster.nodes(), a.events, b.events]).toEqual([[node], ['up b~1'], ['up a~1']]);
  });

  it('exchange all that was sent, once and in order, through losses, delays and a restart of NATS (D11)', () => {
    const { a, b, nats, advance } = pairOf();
    let sent = 0;
    const say = (times: number): void => {
      for (let i = 0; i < times; i++) {
        a.self.send(b.pid, 'x', ++sent);
        advance(1);
      }
    };
    nats.lose(0.2);
    nats.delay(0, 30);
    say(200);
    nats.lose(0);
    nats.stop();
    say(100);
    nats.start();
    say(100);
    advance(2_000);
    expect(b.log).toEqual(Array.from({ length: 400 }, (_, at) => `x ${at + 1}`));
    expect([a.events, b.events].flat().filter((event) => !event.startsWith('resent'))).toEqual([]);
  });
});

describe('a node that is lost', () => {
  it('is told of in one turn: exits, links, calls, then node.down (D9)', () => {
    const { a, b, nats, advance } = pairOf();
    const log: string[] = trapping(a.self);
    a.self.monitor(b.pid).subscribe(({ reason }) => log.push(`exit ${brief(reason)}`));
    a.self.link(b.pid);
    a.self.call(b.pid, 'ask').subscribe({ error: ({ code }) => log.push(`call ${code}`) });
    a.cluster.nodes$.subscribe(({ kind }) => log.push(kind));
    a.system.events$.subscribe(({ type }) => type === 'nodeDown' && log.push(type));
    nats.kill('b');
    log.length = 0;
    advance(2_000);
    expect(log).toEqual([
      'exit noconnection',
      'call Unavailable',
      'down noconnection',
      'nodeDown',
      'node.down',
    ]);
    expect(counts(a)).toEqual([]);
  });

  it('gives back what its processes had asked of those here (D9)', () => {
    const { a, b, nats, advance } = pairOf();
    watching(b.self, a.pid);
    outcomeOf(b.self, a.pid);
    advance(2);
    expect([a.system.info(a.pid)?.monitoredBy.length, ...counts(a)]).toEqual([
      2,
      { ...NOTHING, owed: 2 },
    ]);
    nats.kill('b');
    advance(2_000);
    expect([a.system.info(a.pid)?.monitoredBy, counts(a)]).toEqual([[], []]);
  });

  it('is down after two ticks where NATS says that nobody is there any more (D7, D17)', () => {
    const { a, b, nats, advance } = pairOf();
    nats.kill('b');
    a.self.send(b.pid, 'x');
    advance(510);
    expect(a.events).toEqual(['down b~1 silent']);
  });

  it('and is back has another session, in which nothing of the former is in force (D10, D11)', () => {
    const { a, b, nats, advance } = pairOf();
    const signals = [trapping(a.self), trapping(b.self)];
    a.self.link(b.pid);
    const exits = [watching(a.self, b.pid), watching(b.self, a.pid)];
    advance(2);
    nats.cut('b');
    advance(12_000);
    nats.heal('b');
    advance(3_000);
    expect([signals, exits]).toEqual([
      [['down noconnection'], ['down noconnection']],
      [['noconnection'], ['noconnection']],
    ]);
    expect(counts(a, b)).toEqual([NOTHING, NOTHING]);
    const again = watching(a.self, b.pid);
    advance(2);
    b.self.exit(boom);
    advance(2);
    expect(again).toEqual(['error boom']);
  });
});

describe('a node that leaves', () => {
  it('says what is queued, and is gone for others at once, as left (D63)', async () => {
    const { a, b, advance } = pairOf();
    const [mine, theirs] = [watching(b.self, a.pid), watching(a.self, b.pid)];
    const call = outcomeOf(b.self, a.pid);
    advance(2);
    for (const n of [1, 2]) b.self.send(a.pid, 'x', n);
    const left = b.cluster.leave();
    advance(10);
    expect([a.log.slice(1), theirs, a.events]).toEqual([
      ['x 1', 'x 2'],
      ['noconnection'],
      ['down b~1 left'],
    ]);
    await ends(left, advance);
    expect([mine, call]).toEqual([['noconnection'], [expect.stringContaining('Unavailable')]]);
    expect(b.self.send(a.pid, 'late')).toBe(false);
    advance(1);
    expect(b.events).toEqual(['down a~1 left', 'deadLetter late: no node']);
    advance(2_000);
    expect([counts(a), counts(b), b.cluster.nodes()]).toEqual([[], [], []]);
    expect(b.self.send(b.pid, 'alone')).toBe(true);
  });

  it('takes nothing more for others from the moment on (D63, D27)', () => {
    const { a, b, advance } = pairOf();
    void b.cluster.leave();
    expect(b.self.send(a.pid, 'late')).toBe(false);
    advance(1);
    expect(b.events).toEqual(['deadLetter late: no node']);
  });

  it('by shutdown has its processes end first: others get shutdown, no noconnection (D64)', async () => {
    const { a, b, advance } = pairOf();
    const exits = watching(a.self, b.pid);
    const signals = trapping(a.self);
    a.self.link(b.pid);
    advance(2);
    const down = b.system.shutdown();
    await ends(down, advance);
    advance(10);
    expect([exits, signals, a.events]).toEqual([
      ['shutdown'],
      ['down shutdown'],
      ['down b~1 left'],
    ]);
  });

  it('against its will, as NATS ends the connection, warns, and every link is down first (D66)', () => {
    const { a, b, nats, advance } = pairOf();
    const log = watching(b.self, a.pid);
    b.cluster.status$.subscribe((status) => log.push(status));
    nats.revoke('b');
    advance(10);
    expect(log).toEqual(['up', 'noconnection', 'left']);
    expect(b.events).toEqual([
      'down a~1 isolated',
      expect.stringMatching(
        /^left: the node b has left the cluster: .*NATS has ended the connection/,
      ),
    ]);
    advance(2_000);
    expect([counts(b), a.events]).toEqual([[], ['down b~1 silent']]);
  });
});

describe('three nodes', () => {
  it('have their own with each other: what one loses the others keep (D9)', () => {
    const { nodes, nats, advance } = nodesOf(['a', 'b', 'c']);
    const [a, b, c] = nodes.map(endOf) as [
      ReturnType<typeof endOf>,
      ReturnType<typeof endOf>,
      ReturnType<typeof endOf>,
    ];
    const exits = [watching(a.self, b.pid), watching(a.self, c.pid), watching(c.self, a.pid)];
    advance(2);
    nats.kill('b');
    advance(2_000);
    expect(exits).toEqual([['noconnection'], [], []]);
    c.self.exit(boom);
    advance(2);
    expect(exits[1]).toEqual(['error boom']);
  });

  it('know at once that a process is beyond reach whose node is lost, until that is heard of again (D3, D32)', () => {
    const { a, b, nats, advance } = pairOf();
    nats.cut('b');
    advance(2_000);
    const lost = watching(a.self, b.pid);
    advance(1);
    expect(lost).toEqual(['noconnection']);

    nats.heal('b');
    advance(4_000);
    const back = watching(a.self, b.pid);
    advance(1);
    expect([back, a.self.send(b.pid, 'back')]).toEqual([[], true]);
  });

  it('know that a process of before a restart is dead (D3)', () => {
    const { nodes, scheduler, nats, advance } = nodesOf(['a', 'b']);
    const [a, b] = nodes.map(endOf) as [ReturnType<typeof endOf>, ReturnType<typeof endOf>];
    const exits = watching(a.self, b.pid);
    nats.kill('b');
    advance(2_000);
    const system = testSystem({ scheduler, node: incarnate('b', '2') });
    joinCluster(system, { transport: nats.transport() });
    advance(4_000);
    const late = watching(a.self, b.pid);
    advance(1);
    expect([exits, late]).toEqual([['noconnection'], ['noproc']]);
  });
});
