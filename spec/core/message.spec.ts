import { describe, expect, it } from '@jest/globals';
import { checkTopic, is, topic } from '../../lib/core/index.js';
import { message } from '../../lib/testing/index.js';

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
    ['@pid/inbox', 'cannot send to @ topics: @pid/inbox'],
    ['@', 'cannot send to @ topics: @'],
    ['', 'a topic may not be empty'],
    [undefined as never, 'a topic is a string, not undefined'],
    [7 as never, 'a topic is a string, not 7'],
    [['tick'] as never, 'a topic is a string, not object'],
  ])('refuses %j (M2)', (name, text) => {
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
