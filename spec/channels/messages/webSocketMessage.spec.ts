import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { encodeMessage, event, WebSocketMessage } from '../../../lib/channels/index.js';
import { readFrame } from '../../../lib/codec/index.js';
import type { WireMessage } from '../../../lib/protocol/index.js';
import { refused } from '../../support/runtime.js';

const cycle: { self?: unknown } = {};
cycle.self = cycle;

describe('WebSocketMessage', () => {
  beforeEach(() => {
    jest.spyOn(Date, 'now').mockReturnValue(1_762_000_000_999);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each([
    { what: 'text', message: () => WebSocketMessage.text('Hello'), rest: ',"payload":"Hello"' },
    { what: 'an empty text', message: () => WebSocketMessage.text(''), rest: ',"payload":""' },
    {
      what: 'json',
      message: () => WebSocketMessage.json({ key: 'value' }),
      rest: ',"payload":{"key":"value"}',
    },
    { what: 'json null', message: () => WebSocketMessage.json(null), rest: ',"payload":null' },
    {
      what: 'event',
      message: () => WebSocketMessage.event('user.joined', { userId: 42 }),
      rest: ',"payload":{"event":"user.joined","data":{"userId":42}}',
    },
    {
      what: 'an event without data',
      message: () => WebSocketMessage.event('tick'),
      rest: ',"payload":{"event":"tick","data":null}',
    },
    {
      what: 'a typed event',
      message: () => WebSocketMessage.event(event<{ n: number }>('counted'), { n: 1 }),
      rest: ',"payload":{"event":"counted","data":{"n":1}}',
    },
    {
      what: 'system',
      message: () => WebSocketMessage.system('Server maintenance in 5 minutes'),
      rest: ',"payload":"Server maintenance in 5 minutes"',
    },
    { what: 'ping', message: () => WebSocketMessage.ping(), rest: '' },
    { what: 'pong', message: () => WebSocketMessage.pong(), rest: '' },
  ])('is on the wire as type, payload, whole seconds: $what (B1, B2)', ({ message, rest }) => {
    const made = message();

    expect(made.encode()).toBe(`{"type":"${made.type}"${rest},"timestamp":1762000000}`);
    expect(encodeMessage(made)).toBe(made.encode());
    expect(JSON.stringify(made)).toBe(made.encode());
  });

  it('takes other metadata in place of its own, the rest as it was (B2)', () => {
    const message = WebSocketMessage.text('Hello').withMetadata({ priority: 'high' });
    jest.spyOn(Date, 'now').mockReturnValue(1_999_000_000_000);
    const other = message.withMetadata([1]);

    expect(message.encode()).toBe(
      '{"type":"text","payload":"Hello","timestamp":1762000000,"metadata":{"priority":"high"}}',
    );
    expect(other.encode()).toBe(
      '{"type":"text","payload":"Hello","timestamp":1762000000,"metadata":[1]}',
    );
    expect([message.metadata, other.metadata]).toEqual([{ priority: 'high' }, [1]]);
  });

  it('keeps absent payload and metadata out, instead of null (B1)', () => {
    expect(Object.keys(WebSocketMessage.ping())).toEqual(['type', 'timestamp']);
    expect(Object.keys(WebSocketMessage.text('a').toJSON())).toEqual([
      'type',
      'payload',
      'timestamp',
    ]);
    expect(encodeMessage({ type: 'text', payload: undefined, timestamp: 1 })).toBe(
      '{"type":"text","timestamp":1}',
    );
  });

  it('sends what it was made of, though that is changed afterwards (B2)', () => {
    const payload = { price: 1 };
    const message = WebSocketMessage.json(payload);

    payload.price = 2;

    expect(message.encode()).toContain('{"price":1}');
    expect(message.toJSON().payload).toEqual({ price: 1 });
  });

  it.each([
    { what: 'a text that is none', make: () => WebSocketMessage.text(1 as never) },
    { what: 'a system text that is none', make: () => WebSocketMessage.system({} as never) },
    { what: 'undefined', make: () => WebSocketMessage.json(undefined) },
    { what: 'a function', make: () => WebSocketMessage.json(() => 1) },
    { what: 'a BigInt', make: () => WebSocketMessage.json({ n: 1n }) },
    { what: 'a cycle', make: () => WebSocketMessage.json(cycle) },
    { what: 'data that JSON leaves out', make: () => WebSocketMessage.event('a', () => 1) },
    { what: 'metadata without JSON', make: () => WebSocketMessage.ping().withMetadata(undefined) },
    { what: 'an event without a name', make: () => WebSocketMessage.event('', 1) },
    { what: 'an event that is none', make: () => WebSocketMessage.event(undefined as never) },
    { what: 'a reserved event', make: () => WebSocketMessage.event('rx:subscribed', {}) },
  ])('refuses $what (B2)', ({ make }) => {
    expect(make).toThrow(refused('Invalid'));
  });
});

describe('encodeMessage', () => {
  it.each([
    { what: 'nothing', message: undefined },
    { what: 'a text', message: 'hello' },
    { what: 'a type that is none', message: { type: 'a","b":"', timestamp: 1 } },
    { what: 'no time', message: { type: 'text', payload: 'a' } },
    { what: 'milliseconds with a fraction', message: { type: 'text', timestamp: 1.5 } },
    { what: 'a payload without JSON', message: { type: 'json', payload: 1n, timestamp: 1 } },
  ])('refuses $what (B1)', ({ message }) => {
    expect(() => encodeMessage(message as never)).toThrow(refused('Invalid'));
  });

  it('is read again as what it was (B1, B3)', () => {
    const message = fc.record(
      {
        type: fc.constantFrom('text', 'json', 'system', 'event', 'ping', 'pong', 'binary'),
        payload: fc.jsonValue(),
        timestamp: fc.maxSafeNat(),
        metadata: fc.jsonValue().filter((value) => value !== null),
      },
      { requiredKeys: ['type', 'timestamp'] },
    );

    fc.assert(
      fc.property(message, (given) => {
        const text = encodeMessage(given as WireMessage);

        expect(JSON.stringify(readFrame(text))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });
});
