import { describe, expect, it } from '@jest/globals';
import { type LimitOptions, readLimits } from '../../../lib/channels/definitions/limitOptions.js';
import { channel, createWebSocketManager, event } from '../../../lib/channels/index.js';
import { insideOf } from '../../../lib/core/index.js';
import { testSystem } from '../../../lib/testing/live/testSystem.js';
import { refused } from '../../support/runtime.js';

const described = (pattern: string, description = pattern) => channel(pattern, { description });

describe('definitions', () => {
  it.each([
    { name: 'chat:general', found: 'chat:general' },
    { name: 'chat:general:1', found: 'chat:general:*' },
    { name: 'chat:room1', found: 'chat:*' },
    { name: 'chat:', found: 'chat:*' },
    { name: 'chat', found: '*' },
    { name: 'toString', found: '*' },
  ])('of $name is $found: exact, then the longest prefix (B13)', ({ name, found }) => {
    const patterns = ['*', 'chat:*', 'chat:general', 'chat:general:*'];
    const manager = createWebSocketManager(testSystem(), {
      channels: patterns.map((pattern) => described(pattern)),
    });

    expect(manager[insideOf].broker.definitionOf(name)?.options.description).toBe(found);
  });

  it('are replaced by a second one of the pattern, from then on (B13)', () => {
    const manager = createWebSocketManager(testSystem(), {
      channels: [described('a:*', 'old'), described('b', 'old')],
    });
    manager.channels.createChannel(described('b', 'own'));

    manager.define(described('a:*', 'new'), described('b', 'new'));

    const { broker } = manager[insideOf];
    expect(broker.definitionOf('a:1')?.options.description).toBe('new');
    expect(broker.definitionOf('b')?.options.description).toBe('new');
    expect(broker.definitions.all()).toHaveLength(2);
  });

  it('of a channel itself go before those of its name (B12)', () => {
    const manager = createWebSocketManager(testSystem(), { channels: [described('a', 'name')] });

    manager.channels.createChannel(described('a', 'own'));

    expect(manager.channels.getChannelMetadata('a')?.description).toBe('own');
    manager.channels.deleteChannel('a');
    manager.channels.subscribe('a', 'someone');
    expect(manager.channels.getChannelMetadata('a')?.description).toBe('name');
  });

  it.each([{ given: undefined }, { given: 'chat' }, { given: {} }, { given: { pattern: 'a' } }])(
    'are made by channel(), not $given',
    ({ given }) => {
      const system = testSystem();
      const channels = [given as never];

      expect(() => createWebSocketManager(system, { channels })).toThrow(refused('Invalid'));
      expect(() => createWebSocketManager(system).define(given as never)).toThrow(
        refused('Invalid'),
      );
    },
  );
});

describe('channel', () => {
  it.each([
    { name: '__proto__' },
    { name: 'constructor' },
    { name: 'größe/😀 1' },
    { name: 'x'.repeat(255) },
    { name: 'a b' },
  ])('takes $name as a name (B10)', ({ name }) => {
    expect(channel(name).pattern).toBe(name);
  });

  it.each([
    { name: '' },
    { name: 'x'.repeat(256) },
    { name: 'a\nb' },
    { name: '\u0000' },
    { name: '\u0085' },
    { name: 7 },
    { name: undefined },
    { name: 'a*b' },
    { name: '**' },
    { name: '*:a' },
  ])('refuses $name as a name (B10, B13)', ({ name }) => {
    expect(() => channel(name as never)).toThrow(refused('Invalid'));
  });

  it.each<{ options: object; text: string }>([
    { options: { isPrivate: 'yes' }, text: 'isPrivate is true or false, not "yes"' },
    { options: { isPrivate: 1 }, text: 'isPrivate is true or false, not 1' },
    { options: { join: true }, text: 'join is a function' },
    { options: { events: ['say'] }, text: 'events is a list of event(…)' },
    { options: { events: event('say') }, text: 'events is a list of event(…)' },
  ])('refuses $options, which would let in whom or what it does not mean (B6, B20)', (row) => {
    expect(() => channel('vip', row.options)).toThrow(
      refused('Invalid', { message: `channel vip: ${row.text}` }),
    );
  });
});

describe('limits', () => {
  it('have finite defaults (B15)', () => {
    expect(readLimits()).toMatchObject({
      ...{ channels: 128, pendingJoins: 16, clientChannels: 100_000, pending: 64 },
      ...{ params: 4_096, meta: 1_024, protocolErrors: 20 },
      ...{ joinTimeout: 5_000, requestTimeout: 10_000, connectTimeout: 5_000 },
      ...{ requestsPerSecond: 50, requestBurst: 200 },
    });
  });

  it.each<{ what: string; limits: object }>([
    { what: 'an unknown one', limits: { channel: 1 } },
    { what: 'a fraction', limits: { channels: 1.5 } },
    { what: 'a text', limits: { pending: 'many' } },
    { what: 'a negative time', limits: { joinTimeout: -1 } },
    { what: 'no duration', limits: { requestTimeout: 'soon' } },
  ])('refuse $what, by its name', ({ limits }) => {
    expect(() => readLimits(limits as LimitOptions)).toThrow(
      refused('Invalid', { message: expect.stringContaining(String(Object.keys(limits))) }),
    );
  });
});
