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
    { what: 'nothing', payload: {}, expected: {} },
    {
      what: 'null in every field, which is absent',
      payload: { target_pid: null, message_topic: null, metadata: null, heartbeat_interval: null },
      expected: {},
    },
    { what: 'undefined, which is absent', payload: { target_pid: undefined }, expected: {} },
    { what: 'a target', payload: { target_pid: PID }, expected: { target: PID } },
    {
      what: 'a topic',
      payload: { message_topic: 'game.move' },
      expected: { message_topic: 'game.move' },
    },
    { what: 'the empty topic, which is unchanged', payload: { message_topic: '' }, expected: {} },
    {
      what: 'an interval',
      payload: { heartbeat_interval: '1.5s' },
      expected: { heartbeat_interval: 1_500 },
    },
    {
      what: 'a numeric interval',
      payload: { heartbeat_interval: 20 },
      expected: { heartbeat_interval: 20 },
    },
    {
      what: '"0s", which stops',
      payload: { heartbeat_interval: '0s' },
      expected: { heartbeat_interval: 0 },
    },
    { what: 'an expiry', payload: { expires_at: new Date(5) }, expected: { expires_at: 5 } },
    { what: 'no expiry any more', payload: { expires_at: 0 }, expected: { expires_at: 0 } },
    { what: 'a null expiry, which is absent', payload: { expires_at: null }, expected: {} },
    { what: 'empty metadata, which clears', payload: { metadata: {} }, expected: { metadata: {} } },
    { what: 'unknown fields, ignored', payload: { target: PID, colour: 'red' }, expected: {} },
  ])('takes $what (X1)', ({ payload, expected }) => {
    expect(taken(payload)).toStrictEqual(expected);
  });

  it.each([
    { what: 'no object', payload: 'transfer', field: 'payload' },
    { what: 'nothing at all', payload: undefined, field: 'payload' },
    { what: 'an array', payload: [], field: 'payload' },
    { what: 'a name for a target', payload: { target_pid: 'lobby' }, field: 'target_pid' },
    { what: 'the empty target', payload: { target_pid: '' }, field: 'target_pid' },
    { what: 'a numeric topic', payload: { message_topic: 1 }, field: 'message_topic' },
    { what: 'a system topic', payload: { message_topic: '@x' }, field: 'message_topic' },
    { what: 'a topic of the relay', payload: { message_topic: 'ws.send' }, field: 'message_topic' },
    { what: 'a bad interval', payload: { heartbeat_interval: '1d' }, field: 'heartbeat_interval' },
    {
      what: 'a negative interval',
      payload: { heartbeat_interval: '-1s' },
      field: 'heartbeat_interval',
    },
    {
      what: 'an interval of another type',
      payload: { heartbeat_interval: {} },
      field: 'heartbeat_interval',
    },
    { what: 'a bad expiry', payload: { expires_at: 'soon' }, field: 'expires_at' },
    { what: 'an expiry that is no time', payload: { expires_at: Number.NaN }, field: 'expires_at' },
    { what: 'array metadata', payload: { metadata: [1] }, field: 'metadata' },
    { what: 'metadata with a function', payload: { metadata: { f: () => 1 } }, field: 'metadata' },
    { what: 'metadata with a Set', payload: { metadata: { roles: new Set() } }, field: 'metadata' },
  ])('refuses $what and names the field (X2)', ({ payload, field }) => {
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

  it('survives a payload that cannot be read', () => {
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

    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();

    expect(refused(proxy)).toMatchObject({ field: 'payload' });
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
