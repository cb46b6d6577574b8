import { describe, expect, it } from '@jest/globals';
import { topic } from '../../lib/index.js';
import { message } from '../../lib/testing/index.js';

describe('message', () => {
  const tick = topic<number>('tick');

  it('is what a mailbox delivers (M8)', () => {
    const from = '{main|0x00001}';

    expect(message(tick, 1, { from })).toStrictEqual({ topic: 'tick', payload: 1, from });
  });

  it('is a call with a ref, to which a behaviour replies (M13)', () => {
    const call = { topic: 'tick', payload: 1, from: undefined, ref: 7 };

    expect(message(tick, 1, { ref: 7 })).toStrictEqual(call);
  });

  it('comes from outside by default, without a payload', () => {
    expect(message('stop')).toStrictEqual({ topic: 'stop', payload: undefined, from: undefined });
  });

  it.each(['@reply', ''])('refuses the topic %j, which no message has (M2)', (name) => {
    expect(() => message(name)).toThrow(expect.objectContaining({ code: 'Invalid' }));
  });
});
