import { describe, expect, it } from '@jest/globals';
import { checkTopic, is, topic } from '../../lib/core/index.js';
import { message } from '../../lib/testing/marbles/message.js';

describe('topic', () => {
  it('is its name at run time', () => {
    expect(topic<number>('tick')).toBe('tick');
  });

  it.each(['tick', 'ws.join', 'a@b', ' ', 'ünï.código', '*', 'tick.**'])(
    'takes %j (M2)',
    (name) => {
      expect(() => topic(name)).not.toThrow();
    },
  );

  it.each([
    { name: '@pid/inbox', text: 'cannot send to @ topics: @pid/inbox' },
    { name: '@', text: 'cannot send to @ topics: @' },
    { name: '', text: 'a topic may not be empty' },
    { name: undefined as never, text: 'a topic is a string, not undefined' },
    { name: 7 as never, text: 'a topic is a string, not 7' },
    { name: ['tick'] as never, text: 'a topic is a string, not object' },
  ])('refuses $name (M2)', ({ name, text }) => {
    for (const refuse of [topic, checkTopic]) {
      expect(() => refuse(name)).toThrow(
        expect.objectContaining({ code: 'Invalid', message: text, retryable: false }),
      );
    }
  });
});

describe('is', () => {
  it('tells whether a message came under a topic', () => {
    const tick = topic<number>('tick');

    expect(is(message(tick, 1), tick)).toBe(true);
    expect(is(message('ticks'), tick)).toBe(false);
  });
});
