import { describe, expect, it } from '@jest/globals';
import { absence } from '../../../lib/cluster/membership/absence.js';
import { joined, Told } from './support.js';

describe('step: joining', () => {
  it('asks for a beat whether its name is free, then joins (D5)', () => {
    const a = new Told('a~1');

    expect(a.told('transport up', 'tick')).toEqual(['beat asking']);
    expect(a.told('tick')).toEqual(['status up', 'beat up']);
    expect(a.told('4 tick')).toEqual(['ready', 'beat up', 'beat up']);
  });

  it('counts no tick before its own question is heard (D5)', () => {
    const a = new Told('a~1');
    a.hearsItself = false;

    expect(a.news('transport up', '5 tick')).toEqual([]);
    expect(a.told('a~1 asking', '2 tick')).toContain('status up');
  });

  it('begins links when it has joined, and is ready when those are up (D4)', () => {
    const a = new Told('a~1');

    expect(a.news('transport up', 'b~1 up', 'c~1 used', 'd~1 asking', '2 tick')).toEqual([
      'status up',
      'begin b~1',
      'begin c~1',
    ]);
    expect(a.news('b~1 linked', 'tick', 'c~1 linked')).toEqual(['up b~1', 'up c~1', 'ready']);
  });

  it('is not ready before it has listened for a whole beat (D4)', () => {
    const a = new Told('a~1');
    a.told('transport up', '2 tick');

    expect(a.news('b~1 up', 'b~1 linked', 'tick')).toEqual(['begin b~1', 'up b~1', 'ready']);
  });

  it('is ready although a first link does not come up within silence (D4, D32)', () => {
    const a = new Told('a~1');
    a.told('transport up', 'b~1 up', '2 tick', '3 tick', 'b~1 up');

    expect(a.news('2 tick')).toEqual([]);
    expect(a.news('tick')).toEqual(['absent b~1', 'ready']);
    expect(a.news('b~1 linked')).toEqual(['up b~1']);
  });

  it('waits for silence where somebody has the name, asks again, and gives up (D5)', () => {
    const a = new Told('a~1');

    expect(a.news('transport up', 'a~0 up', '5 tick')).toEqual([]);
    expect(a.told('a~0 up', 'tick')).toEqual(['beat asking']);
    expect(a.told('tick', 'a~0 up')).toEqual(['taken', 'status left']);
    expect(a.told('transport up', '9 tick', 'b~1 up')).toEqual([]);
  });

  it('joins when the holder is gone by then (D5)', () => {
    const a = new Told('a~1');
    a.told('transport up', 'a~0 up', '6 tick');

    expect(a.news('3 tick')).toEqual(['status up', 'ready']);
  });

  it('answers who asks for its name, once a tick (D5)', () => {
    const a = joined('a~1');

    expect(a.told('a~2 asking', 'a~2 asking')).toEqual(['beat up']);
    expect(a.told('tick', 'a~2 asking')).toEqual(['beat up', 'beat up']);
  });

  it('yields to a higher incarnation that asks at once, and answers a lower one (D5)', () => {
    const low = new Told('a~1');
    const high = new Told('a~2');

    expect(low.told('transport up', 'a~2 asking', '2 tick')).not.toContain('status up');
    expect(high.told('transport up', 'a~1 asking', '2 tick')).toEqual([
      'beat asking',
      'beat asking',
      'status up',
      'beat up',
    ]);
  });

  it('lets one of two that ask at once join, whatever comes first (D5)', () => {
    const nodes = [new Told('a~1'), new Told('a~2')] as const;
    const told = (word: string): void => {
      for (const [index, node] of nodes.entries()) {
        for (const said of node.told(word)) {
          const other = nodes[1 - index] as Told;
          if (said.startsWith('beat')) other.told(`a~${index + 1} ${said.slice(5)}`);
        }
      }
    };
    told('transport up');
    for (let i = 0; i < 20; i++) told('tick');

    expect(nodes.map(({ state }) => state.phase)).toEqual(['left', 'up']);
  });

  it('yields to a higher incarnation that is up as well, when a split has healed (D5)', () => {
    expect(joined('a~1', 'b~1').news('a~2 up')).toEqual(['taken', 'down b~1 left', 'status left']);
    expect(joined('a~2', 'b~1').told('a~1 up')).toEqual(['beat up']);
  });

  it('tells apart two nodes of one id by a tag, and has the lower one yield (D5)', () => {
    const nodes = [3, 5].map((tag) => new Told('a~1', {}, tag));
    const [low, high] = nodes as [Told, Told];
    for (const node of nodes) node.told('transport up', '2 tick');
    expect(nodes.map(({ state }) => state.phase)).toEqual(['up', 'up']);
    const beat = { name: 'a', incarnation: '1', state: 'up' } as const;
    expect(high.take({ type: 'beat', beat: { ...beat, tag: 3 } })).toEqual([
      'duplicate',
      'beat up',
    ]);
    expect(low.take({ type: 'beat', beat: { ...beat, tag: 5 } })).toEqual([
      ...['duplicate', 'taken', 'status left'],
    ]);
  });

  it.each([
    { beat: '500ms', silence: '1.5s', ticks: 481 },
    { beat: '2s', silence: '6s', ticks: 121 },
  ])(
    'tells of another node of its id once a minute, where a beat is $beat (D5)',
    ({ ticks, ...options }) => {
      const node = new Told('a~1', options, 5);
      node.told('transport up', '2 tick');
      const beat = { name: 'a', incarnation: '1', state: 'up', tag: 3 } as const;
      const told = Array.from({ length: ticks }, () => [
        ...node.take({ type: 'beat', beat }),
        ...node.told('tick'),
      ]).flat();
      expect(told.filter((effect) => effect === 'duplicate')).toHaveLength(3);
    },
  );
});

describe('step: peers', () => {
  it.each([
    { word: 'b~1 up', what: 'a beat' },
    { word: 'b~1 hello', what: 'a hello' },
    { word: 'b~1 used', what: 'a PID' },
  ])('begins a link at $what of somebody unknown, once (D4)', ({ word }) => {
    expect(joined('a~1').news(word, word, 'b~1 up')).toEqual(['begin b~1']);
  });

  it.each([
    'b~1 asking',
    'b~1 leaving',
    'b~1 sign',
    'b~1 503',
    'b~1 linked',
    'b~1 bye',
    'a~0 used',
    'x used',
  ])('begins none at %s (D4, D5)', (word) => {
    expect(joined('a~1').news(word)).toEqual([]);
  });

  it('begins one with who asked, as soon as it has joined (D5)', () => {
    expect(joined('a~1').news('b~1 asking', 'b~1 up')).toEqual(['begin b~1']);
    expect(joined('a~1').news('b~1 asking', 'b~1 hello')).toEqual(['begin b~1']);
  });

  it('ends the links to the old incarnation at the hello of a new one (D5)', () => {
    const a = joined('a~1', 'b~1');

    expect(a.news('b~2 up')).toEqual(['begin b~2']);
    expect(a.news('b~2 hello', 'b~2 linked')).toEqual(['down b~1 replaced', 'up b~2']);
    expect(joined('a~1', 'b~1').news('b~2 hello')).toEqual(['down b~1 replaced', 'begin b~2']);
  });

  it('begins a new link after a reset, and none after a bye (D10, D63)', () => {
    const a = joined('a~1', 'b~1', 'c~1');

    expect(a.news('b~1 reset', 'b~1 linked')).toEqual(['down b~1 reset', 'begin b~1', 'up b~1']);
    expect(a.news('c~1 leaving', 'c~1 bye', 'c~1 leaving')).toEqual(['down c~1 left']);
  });

  it('calls one left that said it leaves and is silent then (D63)', () => {
    expect(joined('a~1', 'b~1').news('b~1 leaving', '7 tick')).toEqual(['down b~1 left']);
  });

  it('keeps room for 1,000, and says so once (D4)', () => {
    const a = joined('a~1');
    const beats = Array.from({ length: 1_005 }, (_, i) => `n${i}~1 up`);

    expect(a.news(...beats).slice(999)).toEqual(['begin n999~1', 'full']);
    expect(a.news('n0~1 bye', 'x~1 up', 'y~1 up')).toEqual(['end n0~1 left', 'begin x~1', 'full']);
  });

  it('begins no link with one that is known to be lost, before something is heard of it (D3)', () => {
    const a = joined('a~1', 'b~1');
    a.told('b~1 bye');

    expect(a.news('b~1 used')).toEqual([]);
    expect(a.news('b~1 up', 'b~1 linked')).toEqual(['begin b~1', 'up b~1']);
    expect([a.state.lost.size, a.news('b~1 bye', 'b~1 used')]).toEqual([0, ['down b~1 left']]);
  });

  it('remembers 1,000 that are lost, the last ones (D3)', () => {
    const a = joined('a~1');
    for (let i = 0; i <= 1_000; i++) a.told(`n${i}~1 up`, `n${i}~1 bye`);

    expect([a.state.lost.size, a.news('n1~1 used'), a.news('n0~1 used')]).toEqual([
      ...[1_000, [], ['begin n0~1']],
    ]);
  });

  it('keeps one candidate of a name, however many incarnations beat', () => {
    const a = joined('a~1', 'b~1');

    expect(a.news('b~2 up', 'b~3 up', 'b~4 asking', 'b~5 asking')).toEqual([
      'begin b~2',
      'end b~2 replaced',
      'begin b~3',
      'absent b~4',
    ]);
    expect([...a.state.peers.keys()]).toEqual(['b~1', 'b~3', 'b~5']);
  });
});

describe('step: leaving', () => {
  it('says so in its beats, begins no link, and has left when the transport has ended (D63)', () => {
    const a = joined('a~1', 'b~1', 'c~1');

    expect(a.told('leave', 'd~1 up', 'b~1 bye', 'tick')).toEqual([
      'beat leaving',
      'down b~1 left',
      'beat leaving',
    ]);
    expect(a.told('closed')).toEqual(['down c~1 left', 'status left']);
  });

  it.each([
    { words: ['b~1 leaving'], what: 'of which only the last beats were heard' },
    { words: ['b~1 up', 'b~1 leaving', 'b~1 reset'], what: 'whose link was reset' },
  ])('waits for none that leaves, $what (D63)', ({ words }) => {
    const a = joined('a~1');
    a.told(...words);

    expect(absence(a.state, 'b~1')).toBe('noconnection');
  });

  it('leaves to others that leave their name (D5, D63)', () => {
    const a = joined('a~1');

    expect(a.told('a~2 leaving', 'leave', 'a~2 leaving')).toEqual(['beat leaving']);
  });

  it('has every link down before it is left, at an end that nobody asked for (D66)', () => {
    expect(joined('a~1', 'b~1').told('closed')).toEqual(['down b~1 isolated', 'status left']);
  });
});

describe('absence', () => {
  it('knows who is up, whose process is certainly dead, and who is away (D2, D3)', () => {
    const { state } = joined('a~2', 'b~2');
    const of = (id: string): string => absence(state, id);

    expect(of('b~2')).toBe('up');
    expect([of('b~1'), of('a~1')]).toEqual(['noproc', 'noproc']);
    expect([of('c~1'), of('c'), of('')]).toEqual(['noconnection', 'noconnection', 'noconnection']);
  });

  it('leaves it open while a link begins, at most for silence (D32)', () => {
    const a = joined('a~1');
    a.told('b~1 used', '5 tick', 'b~1 up');

    expect(absence(a.state, 'b~1')).toBe('beginning');
    expect(a.news('tick')).toEqual(['absent b~1']);
    expect(absence(a.state, 'b~1')).toBe('noconnection');
    expect(a.news('b~1 linked')).toEqual(['up b~1']);
    expect(absence(a.state, 'b~1')).toBe('up');
  });

  it('is decided by silence for one of whom nothing comes (D6, D32)', () => {
    const a = joined('a~1');

    expect(a.news('b~1 used', '6 tick')).toEqual(['begin b~1', 'end b~1 silent']);
    expect(absence(a.state, 'b~1')).toBe('noconnection');
  });
});
