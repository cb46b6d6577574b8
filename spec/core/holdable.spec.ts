import { afterEach, describe, expect, it } from '@jest/globals';
import { holdDelivering, setDelivering } from '../../lib/core/index.js';

describe('holdDelivering', () => {
  afterEach(() => setDelivering(undefined));

  it('does nothing outside a delivery, as in a marble (M12)', () => {
    expect(() => holdDelivering()()).not.toThrow();
  });

  it('holds the mailbox that delivers now, until it is let go of (M12)', () => {
    const log: string[] = [];
    setDelivering({
      hold: () => {
        log.push('held');
        return () => log.push('let go');
      },
      bindContext: (run) => run,
      passed: () => {},
    });
    const letGo = holdDelivering();
    setDelivering(undefined);
    holdDelivering();
    letGo();

    expect(log).toEqual(['held', 'let go']);
  });
});
