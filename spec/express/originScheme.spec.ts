import { describe, expect, it } from '@jest/globals';
import { DOOR } from '../../lib/express/websocketRelay.js';
import { originPolicy } from '../../lib/upgrade/originPolicy.js';
import { RelayWarnings } from '../../lib/upgrade/relayWarnings.js';

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
    ({ origin, protocol, allowed: allowedOrigins, expected }) => {
      const policy = originPolicy({ allowedOrigins });

      expect(policy(origin, { host: 'app', protocol })).toBe(expected);
    },
  );
});

describe('RelayWarnings', () => {
  it.each([
    {
      what: 'trust proxy for a page of https at a server of http',
      request: ['https://app', 'app', 'http'],
      expected:
        "Origin https://app is not http://app; set 'trust proxy' and have the proxy pass X-Forwarded-Proto, or set allowedOrigins",
    },
    {
      what: 'https for a page of http at a server of https',
      request: ['http://app', 'app', 'https'],
      expected:
        'Origin http://app is not https://app; load the page by https, or set allowedOrigins',
    },
    {
      what: 'trust proxy for a page of another host',
      request: ['https://app', 'backend:3000', 'https'],
      expected:
        "Origin https://app is not Host backend:3000; behind a proxy set 'trust proxy' and have it pass X-Forwarded-Host, or Host with its port; for other sites set allowedOrigins",
    },
  ])('names $what first (H6)', ({ request: [origin = '', host = '', protocol = ''], expected }) => {
    const texts: string[] = [];
    const hub = { warn: (_code: string, message: string) => texts.push(message) };
    new RelayWarnings(hub, DOOR.originAdvice).origin(origin, host, protocol);

    expect(texts).toEqual([expected]);
  });
});
