import { describe, expect, it } from '@jest/globals';
import { originPolicy } from '../../lib/upgrade/originPolicy.js';

type Row = [
  origin: string | undefined,
  host: string | undefined,
  allowed: string | string[],
  expected: boolean,
];

/** What the policy says of a page that would be the server's own if its host were. */
function isAllowed([origin, host, allowedOrigins]: Row): boolean {
  const protocol = origin?.toLowerCase().startsWith('http:') ? 'http' : 'https';
  return originPolicy({ allowedOrigins })(origin, { host, protocol });
}

const invalid = (message: RegExp) =>
  expect.objectContaining({ code: 'Invalid', message: expect.stringMatching(message) });

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
  ])('allows %p on host %p without entries (H6)', (...row) => {
    expect(isAllowed(row)).toBe(row[3]);
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
  ])('refuses %p on host %p without entries (H6)', (...row) => {
    expect(isAllowed(row)).toBe(row[3]);
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
    ['null', 'h', 'null', true],
    ['NULL', 'h', ['https://app.com', 'Null'], true],
    ['null', 'h', 'file://', false],
    ['https://null', 'h', 'null', false],
    ['file://', 'h', 'file://', true],
    ['file:///home/page.html', 'h', 'file://', false],
    ['file://', 'h', 'null', false],
    ['https://own.com', 'own.com', 'https://app.com', true],
  ])('for %p on host %p with %p says %p (H6)', (...row) => {
    expect(isAllowed(row)).toBe(row[3]);
  });

  it.each([
    ...['https://a b.com', 'https://a.com/path', 'https://', 'https://a.com:port', 'file:///'],
    ...['*.*', 'https://*', '*:3000'],
  ])('refuses the entry %p at the start (H6)', (entry) => {
    expect(() => originPolicy({ allowedOrigins: entry })).toThrow(invalid(/^allowedOrigins/));
  });

  it.each<{ allowedOrigins: string | string[] }>([
    { allowedOrigins: '*' },
    { allowedOrigins: ' * ,https://app.com' },
    { allowedOrigins: ['https://app.com', '*'] },
  ])("refuses a '*' in $allowedOrigins, and says what to write instead (H14)", (options) => {
    const wanted = invalid(/^allowedOrigins: '\*' .*cookies.*dangerouslyAllowAnyOrigin/);

    expect(() => originPolicy(options)).toThrow(wanted);
    const isAny = originPolicy({ ...options, dangerouslyAllowAnyOrigin: true });
    const own = { host: 'h', protocol: 'https' };
    const origins = ['https://evil.com', 'null', 'not an origin', undefined];
    expect(origins.map((origin) => isAny(origin, own))).toEqual([true, true, true, true]);
  });

  it("refuses dangerouslyAllowAnyOrigin where there is no '*' (H14)", () => {
    const options = { allowedOrigins: 'https://app.com', dangerouslyAllowAnyOrigin: true };

    expect(() => originPolicy(options)).toThrow(invalid(/^dangerouslyAllowAnyOrigin/));
    expect(() => originPolicy({ dangerouslyAllowAnyOrigin: true })).toThrow(
      invalid(/^dangerouslyAllowAnyOrigin/),
    );
  });

  it.each([
    { what: 'its own pages', options: {} },
    { what: 'any page', options: { allowedOrigins: '*', dangerouslyAllowAnyOrigin: true } },
  ])('asks for an Origin where it is required, of $what (H14)', ({ options }) => {
    const policy = originPolicy({ ...options, requireOrigin: true });
    const own = { host: 'app.com', protocol: 'https' };

    expect([policy(undefined, own), policy('https://app.com', own)]).toEqual([false, true]);
  });
});
