import { describe, expect, it } from '@jest/globals';
import type { Entry } from '../../lib/cluster/wire/entry.js';
import { hostile } from './support/hostile.js';
import { counts, NOTHING, outcomeOf, trapping, watching } from './support/pair.js';

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
