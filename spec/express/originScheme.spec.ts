import { describe, expect, it } from '@jest/globals';
import { originPolicy } from '../../lib/upgrade/originPolicy.js';

describe('originPolicy', () => {
  it.each<{ origin: string; protocol: string; allowed: string; expected: boolean }>([
    { origin: 'https://app', protocol: 'https', allowed: '', expected: true },
    { origin: 'http://app', protocol: 'http', allowed: '', expected: true },
    { origin: 'https://app', protocol: 'wss', allowed: '', expected: true },
    { origin: 'http://app', protocol: 'ws', allowed: '', expected: true },
    { origin: 'http://app', protocol: 'https', allowed: '', expected: false },
    { origin: 'https://app', protocol: 'http', allowed: '', expected: false },
    { origin: 'file://app', protocol: 'https', allowed: '', expected: false },
    { origin: 'chrome-extension://app', protocol: 'https', allowed: '', expected: false },
    { origin: 'wss://app', protocol: 'https', allowed: '', expected: false },
    {
      origin: 'chrome-extension://app',
      protocol: 'https',
      allowed: 'chrome-extension://app',
      expected: true,
    },
    { origin: 'http://app', protocol: 'https', allowed: 'app', expected: true },
  ])(
    'for a page of $origin at a host served by $protocol, allowed $allowed, says $expected (H6)',
    ({ origin, protocol, allowed, expected }) => {
      expect(originPolicy(allowed)(origin, 'app', protocol)).toBe(expected);
    },
  );
});
