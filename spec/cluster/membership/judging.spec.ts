import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { joined, Told } from './support.js';

/** The tick at which the words show the effect. */
function tickOf(node: Told, effect: string): number {
  for (let count = 1; count < 100; count++) if (node.news('tick').includes(effect)) return count;
  return Number.NaN;
}

describe('step: silence', () => {
  it.each(['b~1 up', 'b~1 sign', 'b~1 hello'])(
    'takes six ticks without a sign one after the other, counted from %s (D6)',
    (word) => {
      const a = joined('a~1', 'b~1');

      // The tick of the interval in which the sign came is none without one.
      expect(a.news('5 tick', word, '6 tick')).toEqual([]);
      expect(a.news('tick')).toEqual(['down b~1 silent']);
    },
  );

  it('gives more patience to who asks for it (D6)', () => {
    const a = new Told('a~1', { silence: '5s' });
    a.told('transport up', '2 tick', 'b~1 hello', 'b~1 linked', 'tick');

    expect(tickOf(a, 'down b~1 silent')).toBe(20);
  });

  it('accuses nobody after a stall: however long it was, a late tick is one (D6)', () => {
    const a = joined('a~1', 'b~1');

    // In the stall neither ticks nor beats were handled; then one tick, and what was waiting in the socket.
    expect(a.news('tick', 'b~1 up', 'tick', 'b~1 up', '4 tick', 'b~1 up', '6 tick')).toEqual([]);
  });

  it('counts a tick only if an own beat was heard in the three before it (D6)', () => {
    const a = joined('a~1', 'b~1');
    const silence = (): number | undefined => a.state.peers.get('b~1')?.silence;
    a.hearsItself = false;
    a.told('a~1 up', 'b~1 up', 'tick');

    expect(a.told('2 tick', '3 tick') && silence()).toBe(2);
    expect(a.told('a~1 up', 'tick') && silence()).toBe(3);
  });

  it('judges a joiner only after its first link, if it is heard (D6)', () => {
    const a = joined('a~1');
    const heard = Array.from({ length: 12 }, () => ['b~1 up', '4 tick']).flat();

    expect(a.news(...heard)).toEqual(['begin b~1', 'absent b~1']);
    expect(a.news('b~1 linked')).toEqual(['up b~1']);
  });
});

describe('step: refusals', () => {
  it('takes two ticks after a 503 (D7)', () => {
    const a = joined('a~1', 'b~1');

    expect(a.news('b~1 up', 'b~1 503', 'tick', 'b~1 503')).toEqual([]);
    expect(a.news('tick')).toEqual(['down b~1 silent']);
  });

  it.each(['b~1 up', 'b~1 sign'])('forgets it at %s: the node was reconnecting (D7)', (word) => {
    const a = joined('a~1', 'b~1');
    a.told('b~1 503', 'tick', word);

    expect(a.news('6 tick')).toEqual([]);
    expect(a.news('tick')).toEqual(['down b~1 silent']);
  });
});

describe('step: isolation', () => {
  const cut = (): Told => {
    const a = joined('a~1', 'b~1');
    a.told('tick');
    a.hearsItself = false;
    return a;
  };

  it('begins when six ticks had no own beat, asks for another connection, and judges nobody (D8)', () => {
    const a = cut();

    expect(a.news('6 tick')).toEqual([]);
    expect(a.news('tick')).toEqual(['status isolated', 'reconnect']);
    expect(a.news('b~1 503', '5 tick')).toEqual([]);
    expect(a.news('tick')).toEqual(['reconnect']);
  });

  it('asks for no connection while the transport makes one, and publishes nothing (D8)', () => {
    const a = cut();

    expect(a.told('transport down', '20 tick')).toEqual(['status isolated']);
  });

  it('gives a connection that was just made the whole silence, as its first beat takes its time (D8)', () => {
    const a = cut();
    a.told('transport down', '11 tick', 'transport up');

    expect(a.news('5 tick')).toEqual([]);
    expect(a.news('tick')).toEqual(['reconnect']);
  });

  it('ends with the own beat, and then everybody is counted anew (D8)', () => {
    const a = cut();
    a.told('30 tick', 'b~1 503', 'transport down');
    a.hearsItself = true;

    expect(a.told('transport up')).toEqual(['beat up', 'status up']);
    expect(tickOf(a, 'down b~1 silent')).toBe(6);
  });

  it('has every link down after outage, and begins anew when the beats come back (D8)', () => {
    const a = cut();
    a.told('transport down', '7 tick');

    expect(tickOf(a, 'down b~1 isolated')).toBe(40);
    expect(a.news('b~1 up', 'b~1 hello', 'c~1 used', '50 tick')).toEqual([]);
    a.hearsItself = true;
    expect(a.news('transport up', 'b~1 up', 'b~1 linked')).toEqual([
      'status up',
      'begin b~1',
      'up b~1',
    ]);
  });

  it('gives up who waits for the first connection, after outage (D8, D32)', () => {
    const a = new Told('a~1');

    expect(a.news('b~1 used', '45 tick')).toEqual([]);
    expect(a.news('tick')).toEqual(['absent b~1']);
  });
});

describe('step: any order of events', () => {
  const peers = ['b~1', 'b~2', 'c~1'];
  const whats = [
    'up',
    'asking',
    'leaving',
    'sign',
    'hello',
    'linked',
    'reset',
    'bye',
    '503',
    'used',
  ];
  const words = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('tick', '3 tick', '7 tick') },
    { weight: 4, arbitrary: fc.constant('a~1 up') },
    {
      weight: 1,
      arbitrary: fc.constantFrom('transport up', 'transport down', 'a~0 asking', '60 tick'),
    },
    {
      weight: 8,
      arbitrary: fc
        .tuple(fc.constantFrom(...peers), fc.constantFrom(...whats))
        .map((it) => it.join(' ')),
    },
  );

  it('gives no second end without a begin between, nor down without up, and no verdict in isolation (D4-D8)', () => {
    fc.assert(
      fc.property(fc.array(words, { maxLength: 80 }), fc.boolean(), (told, hearsItself) => {
        const a = joined('a~1', 'b~1');
        a.hearsItself = hearsItself;
        const phases = new Map([['b~1', 'up']]);
        let isIsolated = false;
        const check = (effect: string): void => {
          const [what = '', id = '', reason] = effect.split(' ');
          const phase = phases.get(id);
          if (what === 'status') isIsolated = id === 'isolated';
          if (what === 'begin') expect(phase).toBeUndefined();
          if (what === 'up') expect(phase).toBe('begin');
          if (what === 'end') expect(phase).toBe('begin');
          if (what === 'down') expect(phase).toBe('up');
          if (reason === 'silent') expect(isIsolated).toBe(false);
          if (what === 'begin' || what === 'up') phases.set(id, what);
          if (what === 'end' || what === 'down') phases.delete(id);
        };
        for (const word of told) for (const effect of a.news(word)) check(effect);
        for (const effect of a.news('closed')) check(effect);
        expect([...phases]).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
