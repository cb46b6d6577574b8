import { describe, expect, it } from '@jest/globals';
import { originPolicy } from '../../lib/express/originPolicy.js';

describe('originPolicy', () => {
  it.each<[origin: string, protocol: string, allowed: string, expected: boolean]>([
    ['https://app', 'https', '', true],
    ['http://app', 'http', '', true],
    ['https://app', 'wss', '', true],
    ['http://app', 'ws', '', true],
    ['http://app', 'https', '', false],
    ['https://app', 'http', '', false],
    ['file://app', 'https', '', false],
    ['chrome-extension://app', 'https', '', false],
    ['wss://app', 'https', '', false],
    ['chrome-extension://app', 'https', 'chrome-extension://app', true],
    ['http://app', 'https', 'app', true],
  ])('for a page of %s at a host served by %s, allowed %p, says %p (H6)', (...row) => {
    const [origin, protocol, allowed, expected] = row;
    expect(originPolicy(allowed)(origin, 'app', protocol)).toBe(expected);
  });
});
