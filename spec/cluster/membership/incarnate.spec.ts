import { describe, expect, it } from '@jest/globals';
import { incarnate, parseNodeId } from '../../../lib/cluster/index.js';
import { membershipPlan } from '../../../lib/cluster/membership/membershipPlan.js';
import { createSystem, parsePid } from '../../../lib/index.js';
import { idle, refused } from '../../support/runtime.js';

describe('incarnate', () => {
  it('draws eight digits of base 36, others each time (D1, D2)', () => {
    const ids = Array.from({ length: 50 }, () => incarnate('a'));

    expect(ids.filter((id) => !/^a~[0-9a-z]{8}$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(50);
  });

  it('takes the incarnation that a test gives (D1)', () => {
    expect(incarnate('shop_1-B', '1')).toBe('shop_1-B~1');
  });

  it.each([
    { name: '' },
    { name: 'a'.repeat(41) },
    { name: 'a~b' },
    { name: 'a.b' },
    { name: 'a\n' },
    { name: 'ä' },
    { name: 7 },
  ])('refuses the name $name, and says the rule (D1)', ({ name }) => {
    expect(() => incarnate(name as string)).toThrow(
      refused('Invalid', { message: expect.stringMatching(/is no name of a node: give 1 to 40/) }),
    );
  });

  it.each([{ incarnation: '' }, { incarnation: '123456789' }, { incarnation: 'A' }])(
    'refuses the incarnation $incarnation (D1)',
    ({ incarnation }) => {
      expect(() => incarnate('a', incarnation)).toThrow(
        refused('Invalid', { message: expect.stringMatching(/is no incarnation: give 1 to 8/) }),
      );
    },
  );

  it('gives what createSystem takes, and what stands in every PID (D1)', () => {
    const id = incarnate('N'.repeat(40));
    const system = createSystem({ node: id, logger: false });

    const pid = system.spawn(idle);

    expect(parsePid(pid)?.node).toBe(id);
    expect(parseNodeId(id)).toEqual({ name: 'N'.repeat(40), incarnation: id.slice(41) });
  });
});

describe('parseNodeId', () => {
  it.each([
    { id: undefined },
    { id: 'a' },
    { id: 'a~' },
    { id: '~1' },
    { id: 'a~1~2' },
    { id: 'a~1~' },
    { id: 'a b~1' },
    { id: 'a~B' },
  ])('does not read $id (D1)', ({ id }) => {
    expect(parseNodeId(id)).toBeUndefined();
  });
});

describe('membershipPlan', () => {
  it('counts its times in ticks of half a beat (D4, D6, D8)', () => {
    expect(membershipPlan('a~1')).toMatchObject({ tick: 250, silence: 6, outage: 40 });
    expect(membershipPlan('a~1', { beat: '1s', silence: '5s', outage: 0 })).toMatchObject({
      tick: 500,
      silence: 10,
      outage: 0,
    });
  });

  it.each([
    {
      what: 'a short silence',
      options: { silence: '1.4s' },
      says: /silence: 1400 ms is less than 3/,
    },
    { what: 'no beat', options: { beat: 0 }, says: /beat: 0 ms is not between/ },
    { what: 'a beat of a day', options: { beat: '24h', silence: '96h' }, says: /beat: .* between/ },
    { what: 'what is no duration', options: { outage: 'long' }, says: /outage: .* is no duration/ },
  ])('refuses $what, naming the option (D4, D6)', ({ options, says }) => {
    expect(() => membershipPlan('a~1', options)).toThrow(
      refused('Invalid', { message: expect.stringMatching(says) }),
    );
  });

  it('refuses the node of a system that is no id (D1)', () => {
    for (const node of [undefined, 'a']) {
      expect(() => membershipPlan(node)).toThrow(
        refused('Invalid', { message: expect.stringMatching(/node: incarnate\(name\)/) }),
      );
    }
  });
});
