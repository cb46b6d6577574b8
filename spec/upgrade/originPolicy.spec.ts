import { describe, expect, it } from '@jest/globals';
import { originPolicy } from '../../lib/upgrade/originPolicy.js';

type Row = [
  origin: string | undefined,
  host: string | undefined,
  allowed: string | string[],
  expected: boolean,
];

describe('originPolicy', () => {
  it.each<Row>([
    [undefined, 'example.com', '', true],
    ['https://example.com', 'example.com', '', true],
    ['https://example.com', 'EXAMPLE.com', '', true],
    ['https://Example.com', 'example.com', '', true],
    ['http://localhost:3000', 'localhost:3000', '', true],
    ['http://[::1]:3000', '[::1]:3000', '', true],
    ['https://example.com', 'example.com:443', '', true],
    ['https://example.com:443', 'example.com', '', true],
    ['http://example.com', 'example.com:80', '', true],
    ['http://example.com:80', 'example.com', '', true],
  ])('allows %p on host %p without entries (H6)', (origin, host, allowed, expected) => {
    const protocol = origin?.toLowerCase().startsWith('http:') ? 'http' : 'https';
    expect(originPolicy(allowed)(origin, host, protocol)).toBe(expected);
  });

  it.each<Row>([
    ['https://evil.com', 'example.com', '', false],
    ['http://localhost:3001', 'localhost:3000', '', false],
    ['http://localhost:3000', 'localhost', '', false],
    ['https://example.com', 'example.com:80', '', false],
    ['https://example.com.evil.com', 'example.com', '', false],
    ['https://evilexample.com', 'example.com', '', false],
    ['https://example.com', undefined, '', false],
    ['https://host', '*', '', false],
    ['null', 'null', '', false],
    ['', 'example.com', '', false],
    ['example.com', 'example.com', '', false],
    ['https://user@example.com', 'example.com', '', false],
    ['https://example.com/path', 'example.com', '', false],
    ['https://example.com, https://evil.com', 'example.com', '', false],
  ])('refuses %p on host %p without entries (H6)', (origin, host, allowed, expected) => {
    const protocol = origin?.toLowerCase().startsWith('http:') ? 'http' : 'https';
    expect(originPolicy(allowed)(origin, host, protocol)).toBe(expected);
  });

  it.each<Row>([
    ['https://app.com', 'h', 'https://app.com', true],
    ['https://APP.com', 'h', 'https://App.COM', true],
    ['http://app.com', 'h', 'https://app.com', false],
    ['https://app.com:8443', 'h', 'https://app.com', false],
    ['https://app.com', 'h', 'https://app.com:443', true],
    ['https://app.com', 'h', 'https://app.com/', true],
    ['https://b.com', 'h', ' https://a.com , ,https://b.com,', true],
    ['https://b.com', 'h', ['https://a.com', ' https://b.com '], true],
    ['https://c.com', 'h', ['https://a.com', 'https://b.com'], false],
    ['https://x.app.com', 'h', 'https://*.app.com', true],
    ['https://app.com', 'h', 'https://*.app.com', false],
    ['https://.app.com', 'h', 'https://*.app.com', false],
    ['https://x.y.app.com', 'h', 'https://*.app.com', false],
    ['https://x.app.com.evil.com', 'h', 'https://*.app.com', false],
    ['https://xapp.com', 'h', 'https://*.app.com', false],
    ['http://app.com:8080', 'h', 'app.com:8080', true],
    ['https://app.com:8080', 'h', 'app.com:8080', true],
    ['https://app.com', 'h', 'app.com', true],
    ['http://app.com', 'h', 'app.com:80', true],
    ['https://app.com', 'h', 'app.com:80', false],
    ['https://app.com:8443', 'h', 'app.com:443', false],
    ['chrome-extension://abcdef', 'h', 'chrome-extension://abcdef', true],
    ['null', 'h', 'https://app.com', false],
    ['null', 'h', '*', true],
    ['not an origin', 'h', 'https://app.com, *', true],
    ['https://own.com', 'own.com', 'https://app.com', true],
  ])('for %p on host %p with %p says %p (H6)', (origin, host, allowed, expected) => {
    const protocol = origin?.toLowerCase().startsWith('http:') ? 'http' : 'https';
    expect(originPolicy(allowed)(origin, host, protocol)).toBe(expected);
  });

  it.each(['https://a b.com', 'https://a.com/path', 'https://', 'https://a.com:port'])(
    'refuses the entry %p at the start',
    (entry) => {
      expect(() => originPolicy(entry)).toThrow(
        expect.objectContaining({
          code: 'Invalid',
          message: expect.stringMatching(/^allowedOrigins/),
        }),
      );
    },
  );
});
