import { describe, expect, it } from '@jest/globals';
import { EMPTY, map } from 'rxjs';
import type { Self, System } from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import { brief, collect, exitOf, type Puppet, puppet, settled } from '../support/runtime.js';
import { lives, WORLDS } from '../support/worlds.js';

const boom = new Error('boom');

const linksOf = (system: System, { pid }: Puppet): string[] =>
  [...(system[kernelOf].processes.get(pid)?.links.keys() ?? [])].map((peer) => peer.pid);

const trapping = (self: Self): string[] => {
  self.setOptions({ trapLinks: true });
  return collect(self.signals$, (signal) =>
    signal.kind === 'pid.link.down' ? brief(signal.reason) : signal.kind,
  );
};

async function pair(system: System) {
  return { system, a: await puppet(system), b: await puppet(system) };
}

describe.each(WORLDS)('link, $world', ({ quiet, either }) => {
  it('is symmetric, whichever end asks (K1)', async () => {
    for (const [first, second] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      const pairing = await pair(quiet());
      const { system } = pairing;
      pairing[first].self.link(pairing[second].pid);
      await settled(system);
      expect([linksOf(system, pairing.a), linksOf(system, pairing.b)]).toEqual([
        [pairing.b.pid],
        [pairing.a.pid],
      ]);

      const exits = exitOf(system, pairing.b.pid);
      pairing.a.self.exit(boom);
      await settled(system);
      expect(exits).toEqual(['error boom']);
    }
  });

  it('is one per pair: a repeat is no change, and one unlink ends it (K1)', async () => {
    const { system, a, b } = await pair(quiet());
    const signals = trapping(b.self);
    a.self.link(b.pid);
    a.self.link(b.pid);
    b.self.link(a.pid);
    await settled(system);
    expect([linksOf(system, a), linksOf(system, b)]).toEqual([[b.pid], [a.pid]]);

    b.self.unlink(a.pid);
    await settled(system);
    a.self.exit(boom);
    await settled(system);
    expect([signals, lives(system, b.pid)]).toEqual([[], true]);
  });

  it('is one link when both ends ask at the same time (K1)', async () => {
    const { system, a, b } = await pair(quiet());
    const signals = trapping(b.self);
    a.self.link(b.pid);
    b.self.link(a.pid);
    await settled(system);
    expect([linksOf(system, a), linksOf(system, b)]).toEqual([[b.pid], [a.pid]]);

    a.self.exit(boom);
    await settled(system);
    expect(signals).toEqual(['error boom']);
  });

  it.each<{ whose: string; repeat: (a: Puppet, b: Puppet) => void }>([
    { whose: 'its own', repeat: (a, b) => a.self.link(b.pid) },
    { whose: "its peer's", repeat: (a, b) => b.self.link(a.pid) },
  ])(
    'repeated while an unlink is on its way stays without effect, $whose (K1, K3)',
    async ({ repeat }) => {
      const { system, a, b } = await pair(quiet());
      a.self.link(b.pid);
      await settled(system);
      repeat(a, b);
      b.self.unlink(a.pid);

      await settled(system);
      expect([linksOf(system, a), linksOf(system, b)]).toEqual([[], []]);
    },
  );

  it('to oneself is no change (K1)', async () => {
    const { system, a } = await pair(quiet());
    a.self.link(a.pid);

    await settled(system);
    expect(linksOf(system, a)).toEqual([]);
  });

  it('sends no event, neither to link nor to unlink (K1)', async () => {
    const { system, a, b } = await pair(quiet());
    const signals = trapping(b.self);
    a.self.link(b.pid);
    await settled(system);
    a.self.unlink(b.pid);

    await settled(system);
    expect([signals, b.log]).toEqual([[], []]);
  });

  it('may be asked for by name (M1)', async () => {
    const { system, a, b } = await pair(quiet());
    system.names.register('b', b.pid);
    a.self.link(either('names', 'b', b.pid));

    await settled(system);
    expect(linksOf(system, b)).toEqual([a.pid]);
  });

  it('to a dead process is an error for a caller that does not trap, which lives (K2)', async () => {
    const { system, a } = await pair(quiet());
    const dead = system.spawn(() => EMPTY);
    await settled(system);

    expect(() => a.self.link(dead)).toThrow(
      expect.objectContaining({ code: 'NotFound', message: expect.stringContaining('noproc') }),
    );
    await settled(system);
    expect([linksOf(system, a), lives(system, a.pid)]).toEqual([[], true]);
  });

  it('to a dead process is one LINK_DOWN for a caller that traps, however often asked (K2, K1)', async () => {
    const { system, a } = await pair(quiet());
    const signals = trapping(a.self);
    a.self.link('{main|0xdead}');
    a.self.link('{main|0xdead}');
    expect(signals).toEqual([]);

    await settled(system);
    expect([signals, linksOf(system, a)]).toEqual([['noproc'], []]);
  });

  it('to a process that ends before the link arrives is noproc (K2, M3)', async () => {
    const { system, a, b } = await pair(quiet());
    const signals = trapping(a.self);
    system.terminate(b.pid);
    a.self.link(b.pid);

    await settled(system);
    expect([signals, linksOf(system, a)]).toEqual([['noproc'], []]);
  });
});

describe.each(WORLDS)('unlink, $world', ({ quiet }) => {
  it('is idempotent, and no error for a stranger or for the dead (K3)', async () => {
    const { system, a, b } = await pair(quiet());
    a.self.link(b.pid);
    for (const target of [b.pid, b.pid, 'nobody', '{main|0xdead}', a.pid]) a.self.unlink(target);

    await settled(system);
    expect([linksOf(system, a), linksOf(system, b)]).toEqual([[], []]);
  });

  it('leaves the link without effect on the caller from then on (K3)', async () => {
    const { system, a, b } = await pair(quiet());
    a.self.link(b.pid);
    await settled(system);
    a.self.unlink(b.pid);
    b.self.exit(boom);

    await settled(system);
    expect(lives(system, a.pid)).toBe(true);
  });

  it('drops a death of the peer that is queued already (K3)', async () => {
    const { system, a, b } = await pair(quiet());
    const signals = trapping(a.self);
    a.self.link(b.pid);
    await settled(system);
    b.self.exit(boom);
    a.self.unlink(b.pid);

    await settled(system);
    expect([signals, lives(system, a.pid)]).toEqual([[], true]);
  });

  it('drops a queued noproc of a link to the dead (K3, K2)', async () => {
    const { system, a } = await pair(quiet());
    const signals = trapping(a.self);
    a.self.link('{main|0xdead}');
    a.self.unlink('{main|0xdead}');

    await settled(system);
    expect(signals).toEqual([]);
  });

  it('drops both deaths of a peer that had asked, too, and was dead when it was asked (K2, K3)', async () => {
    const { system, a } = await pair(quiet());
    const signals = trapping(a.self);
    let self!: Self;
    const c = system.spawn((inbox, me) => {
      self = me;
      self.setOptions({ trapLinks: true });
      self.signals$.subscribe((signal) => signals.push(signal.kind));
      return inbox.pipe(map(() => self.unlink(a.pid)));
    });
    await settled(system);
    a.self.link(c);
    a.self.send(c, 'unlink', 1);
    a.self.exit(boom);
    self.link(a.pid);

    await settled(system);
    expect([signals, lives(system, c)]).toEqual([[], true]);
  });

  it('takes nothing back once its process has ended (E3)', async () => {
    const { system, a, b } = await pair(quiet());
    a.self.link(b.pid);
    a.self.exit(boom);
    a.self.unlink(b.pid);

    await settled(system);
    expect(lives(system, b.pid)).toBe(false);
  });

  it('leaves what is made anew with an end of its own: that of the former is not it (K2, K3)', async () => {
    const { system, a, b } = await pair(quiet());
    const signals = trapping(a.self);
    a.self.link(b.pid);
    await settled(system);
    a.self.unlink(b.pid);
    a.self.link(b.pid);
    b.self.exit(boom);

    await settled(system);
    expect(signals).toEqual(['noproc']);
  });

  it('does not touch a link made anew (K3)', async () => {
    const { system, a, b } = await pair(quiet());
    const signals = trapping(b.self);
    a.self.link(b.pid);
    a.self.unlink(b.pid);
    a.self.link(b.pid);
    await settled(system);
    a.self.exit(boom);

    await settled(system);
    expect(signals).toEqual(['error boom']);
  });
});
