import { describe, expect, it } from '@jest/globals';
import { type ControlChange, decodeControl } from '../../lib/codec/index.js';

const PID = '{main|0x00002}';

function taken(payload: unknown): ControlChange {
  const either = decodeControl(payload);
  if (either._tag === 'Left') throw new Error(`refused: ${JSON.stringify(either.left)}`);
  return either.right;
}

const refused = (payload: unknown): unknown => {
  const either = decodeControl(payload);
  return either._tag === 'Left' ? either.left : 'taken';
};

describe('decodeControl', () => {
  it.each([
    ['nothing', {}, {}],
    [
      'null in every field, which is absent',
      { target_pid: null, message_topic: null, metadata: null, heartbeat_interval: null },
      {},
    ],
    ['undefined, which is absent', { target_pid: undefined }, {}],
    ['a target', { target_pid: PID }, { target_pid: PID }],
    ['a topic', { message_topic: 'game.move' }, { message_topic: 'game.move' }],
    ['the empty topic, which is unchanged', { message_topic: '' }, {}],
    ['an interval', { heartbeat_interval: '1.5s' }, { heartbeat_interval: 1_500 }],
    ['a numeric interval', { heartbeat_interval: 20 }, { heartbeat_interval: 20 }],
    ['"0s", which stops', { heartbeat_interval: '0s' }, { heartbeat_interval: 0 }],
    ['empty metadata, which clears', { metadata: {} }, { metadata: {} }],
    ['unknown fields, ignored', { target: PID, colour: 'red' }, {}],
  ])('takes %s (X1)', (_what, payload, expected) => {
    expect(taken(payload)).toStrictEqual(expected);
  });

  it.each([
    ['no object', 'transfer', 'payload'],
    ['nothing at all', undefined, 'payload'],
    ['an array', [], 'payload'],
    ['a name for a target', { target_pid: 'lobby' }, 'target_pid'],
    ['the empty target', { target_pid: '' }, 'target_pid'],
    ['a numeric topic', { message_topic: 1 }, 'message_topic'],
    ['a system topic', { message_topic: '@x' }, 'message_topic'],
    ['a topic of the relay', { message_topic: 'ws.send' }, 'message_topic'],
    ['a bad interval', { heartbeat_interval: '1d' }, 'heartbeat_interval'],
    ['a negative interval', { heartbeat_interval: '-1s' }, 'heartbeat_interval'],
    ['an interval of another type', { heartbeat_interval: {} }, 'heartbeat_interval'],
    ['array metadata', { metadata: [1] }, 'metadata'],
    ['metadata with a function', { metadata: { f: () => 1 } }, 'metadata'],
    ['metadata with a Set', { metadata: { roles: new Set() } }, 'metadata'],
  ])('refuses %s and names the field (X2)', (_what, payload, field) => {
    expect(refused(payload)).toEqual({ field, message: expect.stringContaining(field) });
  });

  it('refuses the whole command for one wrong field (X2)', () => {
    expect(refused({ target_pid: PID, metadata: {}, heartbeat_interval: 'soon' })).toEqual({
      field: 'heartbeat_interval',
      message: "heartbeat_interval is no duration; give a text such as '30s' or milliseconds",
    });
  });

  it('copies metadata and freezes the copy (M9)', () => {
    const shared = { n: 1 };
    const metadata = { user: { roles: ['a'] }, one: shared, two: shared };
    const copy = taken({ metadata }).metadata as typeof metadata;
    metadata.user.roles.push('b');

    expect(copy).toEqual({ user: { roles: ['a'] }, one: { n: 1 }, two: { n: 1 } });
    expect([copy, copy.user, copy.user.roles, copy.one].every(Object.isFrozen)).toBe(true);
    expect(Object.isFrozen(metadata)).toBe(false);
  });

  it('keeps __proto__ as a key of its own (H9)', () => {
    const metadata = JSON.parse('{"__proto__":{"admin":true}}');
    const copy = taken({ metadata }).metadata as Record<string, unknown>;

    expect(Object.hasOwn(copy, '__proto__')).toBe(true);
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(copy.admin).toBeUndefined();
  });

  it('says where metadata cannot be copied', () => {
    const loop: Record<string, unknown> = {};
    loop.self = { loop };
    let deep: object = {};
    for (let i = 0; i < 10_000; i++) deep = { deep };
    const message = (payload: unknown) => (refused(payload) as { message: string }).message;

    expect(message({ metadata: loop })).toBe(
      'metadata.self.loop: an object that contains itself cannot be sent as JSON',
    );
    expect(message({ metadata: { deep } })).toBe('metadata is nested deeper than 500 levels');
    expect(message({ metadata: { a: [Symbol('s')] } })).toBe(
      'metadata.a.0: a symbol cannot be sent as JSON',
    );
  });

  it('survives a payload whose getters throw', () => {
    const trap = {
      get target_pid(): string {
        throw new Error('no');
      },
    };
    const nested = {
      metadata: {
        get x(): string {
          throw new Error('no');
        },
      },
    };

    expect(refused(trap)).toMatchObject({ field: 'payload' });
    expect(refused(nested)).toMatchObject({ field: 'metadata' });
  });

  it('copies a sparse array by its entries', () => {
    const sparse: number[] = [];
    sparse.length = 4_000_000_000;
    sparse[3] = 1;

    const copy = taken({ metadata: { sparse } }).metadata?.sparse as number[];

    expect([copy.length, copy[3], Object.keys(copy)]).toEqual([4_000_000_000, 1, ['3']]);
  });
});
