import { describe, expect, it } from '@jest/globals';
import { VirtualTimeScheduler } from 'rxjs';
import { incarnate, joinCluster, type TransportFactory } from '../../lib/cluster/index.js';
import type { Entry } from '../../lib/cluster/wire/entry.js';
import { EntryWriter } from '../../lib/cluster/wire/entryWriter.js';
import { decodeFrame, encodeFrame } from '../../lib/cluster/wire/frame.js';
import { loadPacker } from '../../lib/cluster/wire/loadPacker.js';
import { memoryNats } from '../../lib/testing/cluster/memoryNats.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { counts, endOf, NOTHING, outcomeOf, trapping, watching } from './support/pair.js';

/** A node `a`, and a node `b` that puts what it likes behind what it says. */
function hostile() {
  const scheduler = new VirtualTimeScheduler();
  const nats = memoryNats({ scheduler });
  const writer = new EntryWriter(loadPacker());
  let more: Uint8Array[] = [];
  const forging: TransportFactory = (place) => {
    const transport = nats.transport()(place);
    const publish = transport.publish.bind(transport);
    transport.publish = (subject, bytes, to) => {
      const frame = decodeFrame(bytes);
      if (frame === undefined || frame.flags !== 0) return publish(subject, bytes, to);
      const parts = [frame.body, ...more];
      more = [];
      publish(
        subject,
        encodeFrame(
          frame,
          parts,
          parts.reduce((sum, { length }) => sum + length, 0),
        ),
        to,
      );
    };
    return transport;
  };
  const join = (name: string, transport: TransportFactory) => {
    const system = testSystem({ scheduler, node: incarnate(name, '1') });
    return { system, cluster: joinCluster(system, { transport }) };
  };
  const nodes = [join('a', nats.transport()), join('b', forging)] as const;
  nodes[0].system.advance(4_000);
  const [a, b] = [endOf(nodes[0]), endOf(nodes[1])];
  const advance = (millis: number): void => a.system.advance(millis);
  /** Sends entries, or bytes that are none, behind a message to `a`. */
  const say = (...entries: readonly (Entry | Uint8Array)[]): void => {
    more = entries.map((entry) => (entry instanceof Uint8Array ? entry : writer.write(entry)));
    b.self.send(a.pid, 'carrier');
    advance(2);
  };
  return { a, b, say, advance };
}

const OTHER = '{c~1@main|0x00001}';
const UNKNOWN = '{a~1@main|0x0dead}';
const warning = (kind: string, pid = OTHER) =>
  `forged: b~1 has sent a ${kind} in the name of ${pid}, which is not its own`;

describe('a hostile node', () => {
  it('speaks for nobody else: what it says in the name of others is dropped with a warning (D60)', () => {
    const { a, b, say } = hostile();
    const signals = trapping(a.self);
    const to = a.pid;
    const own = a.another();
    say(
      { kind: 'send', to, topic: 'x', from: OTHER, payload: 1 },
      { kind: 'send', to, topic: 'x', from: own.pid, payload: 1 },
      { kind: 'call', to, topic: 'x', from: OTHER, ref: 1, payload: 1 },
      { kind: 'watch', ref: 2, pid: to, by: OTHER },
      { kind: 'link', a: OTHER, b: to, id: 2 },
      { kind: 'link', a: b.pid, b: to, id: 1 },
      { kind: 'signal', to, from: OTHER, signal: 'exit', reason: { type: 'killed' } },
      { kind: 'send', to, topic: 'x', from: b.pid, payload: 'own' },
    );
    expect([a.log, signals]).toEqual([['carrier undefined', 'x own'], []]);
    expect(a.events).toEqual([
      warning('send'),
      warning('send', own.pid),
      warning('call'),
      warning('watch'),
      warning('link'),
      'forged: b~1 has sent a link with the id 1, which is not its own',
      warning('signal'),
    ]);
    expect(counts(a)).toEqual([NOTHING]);
  });

  it('gets no further with processes that do not exist than a friend does (D28, D32)', () => {
    const { a, b, say } = hostile();
    say(
      { kind: 'send', to: UNKNOWN, topic: 'x', from: b.pid, payload: 1 },
      { kind: 'send', to: 'no pid', topic: 'y', from: b.pid, payload: 1 },
      { kind: 'call', to: UNKNOWN, topic: 'z', from: b.pid, ref: 1, payload: 1 },
      { kind: 'watch', ref: 2, pid: UNKNOWN, by: b.pid },
      { kind: 'link', a: b.pid, b: UNKNOWN, id: 2 },
      { kind: 'signal', to: UNKNOWN, from: b.pid, signal: 'kill' } as Entry,
    );
    expect(a.events).toEqual([
      'deadLetter x: no process',
      'deadLetter y: no process',
      'deadLetter z: no process',
    ]);
    expect(counts(a)).toEqual([NOTHING]);
  });

  it('answers only what it was asked (D60)', () => {
    const { a, b, say, advance } = hostile();
    const call = outcomeOf(
      a.self,
      a.system.spawn(() => new Promise<void>(() => {})),
    );
    const exits = watching(a.self, a.another().pid);
    const asked = watching(a.self, b.pid);
    for (let ref = 0; ref < 20; ref++) {
      say(
        { kind: 'reply', ref, payload: 'forged' },
        { kind: 'failed', ref, error: new Error('forged') },
        { kind: 'refused', about: ref, why: 'forged' },
        { kind: 'unlink', a: b.pid, b: a.pid, id: ref },
        { kind: 'linkExit', a: b.pid, b: a.pid, id: ref, reason: { type: 'killed' } },
        { kind: 'unwatch', ref },
      );
    }
    expect([call, exits, asked]).toEqual([[], [], []]);
    expect(new Set(a.events)).toEqual(new Set(['drop no call 1']));
    b.self.exit('shutdown');
    advance(2);
    expect(asked).toEqual(['shutdown']);
  });

  it('ends its session with what cannot be read, and nothing of that frame has an effect (D26)', () => {
    const { a, b, say, advance } = hostile();
    const exits = watching(a.self, b.pid);
    const received = a.log.length;
    say({ kind: 'send', to: a.pid, topic: 'x', from: b.pid, payload: 1 }, Uint8Array.of(0xc1));
    advance(10);
    expect([a.log.length, exits]).toEqual([received, ['noconnection']]);
    expect(a.events).toEqual([expect.stringMatching(/^bad_frame: b~1/), 'down b~1 reset']);

    advance(2_000);
    expect([a.events.at(-1), b.self.send(a.pid, 'again')]).toEqual(['up b~1', true]);
    advance(2);
    expect(a.log).toEqual(['again undefined']);
  });
});
