import { describe, expect, it } from '@jest/globals';
import { clock } from '../../../lib/cli/doctor/clock.js';
import { close } from '../../../lib/cli/doctor/close.js';
import { cookies } from '../../../lib/cli/doctor/cookies.js';
import type { Finding } from '../../../lib/cli/doctor/finding.js';
import { idle } from '../../../lib/cli/doctor/idle.js';
import { origin } from '../../../lib/cli/doctor/origin.js';
import { payload } from '../../../lib/cli/doctor/payload.js';
import { ping } from '../../../lib/cli/doctor/ping.js';
import { protocol } from '../../../lib/cli/doctor/protocol.js';
import type { Certificate } from '../../../lib/cli/doctor/reach.js';
import { server } from '../../../lib/cli/doctor/server.js';
import type { Site } from '../../../lib/cli/doctor/site.js';
import { tls } from '../../../lib/cli/doctor/tls.js';
import { progressBar } from '../../../lib/cli/progressBar.js';

const SITE: Site = {
  url: new URL('wss://app.example.com/ws'),
  page: 'https://app.example.com',
  isOwn: true,
  headers: {},
  protocols: [],
  timeout: 5_000,
  idle: 65_000,
};
const answer = (status: number, body = '', headers = {}) => ({ status, headers, body, at: 0 });

/** As it is printed, the cure behind arrows. */
const said = ({ result, text, cure }: Finding): string =>
  [`${result} ${text}`, ...(cure?.split('\n') ?? [])].join(' → ');

describe('server', () => {
  it.each([
    {
      code: 'ENOTFOUND',
      says: 'FAIL there is no name app.example.com (ENOTFOUND) → DNS: a record for app.example.com, or the right name in the URL',
    },
    {
      code: 'EAI_AGAIN',
      says: 'FAIL no name server says where app.example.com is (EAI_AGAIN) → DNS: this machine has to reach its name server (/etc/resolv.conf); then try again',
    },
    {
      code: 'timeout',
      says: "FAIL no answer from app.example.com:443 within 5s (timeout) → firewall: let TCP to port 443 in (ufw allow 443/tcp, the security group, the load balancer's listener)",
    },
    {
      code: 'ENETUNREACH',
      says: 'FAIL there is no way to app.example.com:443 (ENETUNREACH) → network: the address of app.example.com, a VPN that is off, or IPv6 where there is none',
    },
    {
      code: 'EACCES',
      says: 'FAIL no connection to app.example.com:443 (EACCES) → network: the code is that of the operating system',
    },
  ])('tells $code apart (CL10)', ({ code, says }) => {
    expect(said(server({ code }, SITE))).toBe(says);
  });

  it('shows an address of IPv6 as a URL does', () => {
    const url = new URL('ws://[::1]:3000/ws');

    expect(server({ code: 'ECONNREFUSED' }, { ...SITE, url }).text).toBe(
      'nobody listens at [::1]:3000 (ECONNREFUSED)',
    );
  });
});

const DAY = 86_400_000;

describe('tls', () => {
  const NOW = Date.parse('2026-11-26T12:00:00Z');
  const RIGHT: Certificate = {
    protocol: 'TLSv1.3',
    issuer: "Let's Encrypt",
    names: ['app.example.com'],
    isNamed: true,
    from: NOW - 30 * DAY,
    to: NOW + 60 * DAY,
    distrust: '',
  };
  const WRONG = 'FAIL the certificate is';

  it.each<{ what: string; certificate: Partial<Certificate>; says: string }>([
    {
      what: 'a right one',
      certificate: {},
      says: "ok TLSv1.3, certificate of app.example.com by Let's Encrypt, 60 days left",
    },
    {
      what: 'one of many names',
      certificate: { names: ['a', 'b', 'c', 'd', 'e'] },
      says: "ok TLSv1.3, certificate of a, b, c and 2 more by Let's Encrypt, 60 days left",
    },
    {
      what: 'one that is renewed late',
      certificate: { from: NOW - 77 * DAY, to: NOW + 13 * DAY },
      says: "warn TLSv1.3, certificate of app.example.com by Let's Encrypt, 13 days left → nginx: certbot renew && nginx -s reload; with Node itself server.setSecureContext({ cert, key })",
    },
    {
      what: 'one that lasts for six days, three before its end',
      certificate: { from: NOW - 3 * DAY, to: NOW + 3 * DAY },
      says: "ok TLSv1.3, certificate of app.example.com by Let's Encrypt, 3 days left",
    },
    {
      what: 'one of tomorrow',
      certificate: { from: NOW + DAY, distrust: 'CERT_NOT_YET_VALID' },
      says: `${WRONG} not valid before 2026-11-27 → clock: timedatectl set-ntp true, here or where the certificate is made`,
    },
    {
      what: 'one of another name that has expired',
      certificate: {
        ...{ names: ['other.example'], isNamed: false },
        ...{ to: NOW - DAY, distrust: 'CERT_HAS_EXPIRED' },
      },
      says: 'FAIL the certificate has expired on 2026-11-25; the certificate is that of other.example, not of app.example.com → nginx: certbot renew && nginx -s reload; with Node itself server.setSecureContext({ cert, key }) → nginx: certbot --nginx -d app.example.com, or ask by a name that it has',
    },
    {
      what: 'one alone',
      certificate: { distrust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
      says: 'FAIL the server does not send the certificates between its own and a known one → nginx: ssl_certificate …/fullchain.pem; not cert.pem',
    },
    {
      what: 'one of a private authority',
      certificate: { distrust: 'SELF_SIGNED_CERT_IN_CHAIN' },
      says: 'FAIL no browser trusts who has signed the certificate → nginx: one of a public authority (certbot --nginx); of your own, NODE_EXTRA_CA_CERTS=root.pem has this command trust it',
    },
    {
      what: 'one that was revoked',
      certificate: { distrust: 'CERT_REVOKED' },
      says: 'FAIL no browser trusts the certificate (CERT_REVOKED) → nginx: certbot --nginx -d app.example.com',
    },
  ])('judges $what (CL10)', ({ certificate, says }) => {
    expect(said(tls({ ...RIGHT, ...certificate }, SITE, NOW))).toBe(says);
  });

  it.each([
    {
      code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
      says: 'it speaks HTTP/2 alone, and WebSockets come by HTTP/1.1',
    },
    {
      code: 'ERR_SSL_UNSUPPORTED_PROTOCOL',
      says: 'it speaks no TLS that browsers take, 1.2 or later',
    },
    { code: 'ECONNRESET', says: 'no TLS with app.example.com:443' },
  ])('says of $code what it means', ({ code, says }) => {
    expect(tls({ code }, SITE, NOW)).toMatchObject({ result: 'FAIL', text: `${says} (${code})` });
  });

  it.each([
    { url: 'ws://app.example.com/ws', result: 'warn' },
    { url: 'ws://127.0.0.1:3000/ws', result: 'ok' },
    { url: 'ws://[::1]/ws', result: 'ok' },
  ])('is $result that there is none at $url', ({ url, result }) => {
    expect(tls(undefined, { ...SITE, url: new URL(url) }, NOW).result).toBe(result);
  });
});

describe('clock', () => {
  const DATE = 'Thu, 26 Nov 2026 12:00:00 GMT';

  it.each([
    { seconds: 0, says: 'ok as here, to the second or so' },
    { seconds: 5.9, says: 'ok as here, to the second or so' },
    { seconds: 90.4, says: /^warn 1m30s behind this machine's: .* too late → server: timedatectl/ },
    { seconds: -59.6, says: /^warn 1m0s ahead of this machine's: .* too early → server: / },
  ])('judges a Date that is read $seconds s later (CL10)', ({ seconds, says }) => {
    const at = Date.parse(DATE) + seconds * 1_000;
    const finding = said(clock({ ...answer(200, '', { date: DATE }), at }));

    if (typeof says === 'string') expect(finding).toBe(says);
    else expect(finding).toMatch(says);
  });
});

describe('cookies', () => {
  const ALL = 'sid=secret; Path=/; HttpOnly; Secure; SameSite=Lax';

  it.each([
    { lines: [], says: /^ok none on the 101$/ },
    { lines: [ALL, ALL.replace('sid', 'b')], says: /^ok sid, b: all flags$/ },
    {
      lines: [ALL.replace('; Secure', '')],
      says: /^FAIL sid without Secure → .* secure: true } }\)$/,
    },
    { lines: [ALL.replace('Lax', 'None')], says: /^FAIL sid without SameSite → / },
    { lines: [ALL.replace('; HttpOnly', '')], says: /^warn sid without HttpOnly → / },
  ])('judges $lines (CL10)', ({ lines, says }) => {
    expect(said(cookies(lines, true))).toMatch(says);
    expect(said(cookies(lines, true))).not.toContain('secret');
  });

  it('need no Secure where there is no TLS', () => {
    expect(cookies([ALL.replace('; Secure', '')], false).result).toBe('ok');
  });
});

describe('origin', () => {
  it('says that it cannot be told where strangers are refused for another reason', () => {
    const strangers = [{ origin: 'null', answer: answer(429) }];

    expect(said(origin(strangers, SITE))).toBe('warn null: refused, but by 429, not by 403');
  });
});

describe('protocol', () => {
  const REFUSED = answer(400, 'Unsupported subprotocol');

  it.each([
    { spoken: { protocol: 'rx-process.v1', hello: '{"hello":{}}' }, says: /^ok / },
    {
      spoken: { protocol: 'rx-process.v1', hello: 'no JSON' },
      says: /^FAIL .*, and no hello comes/,
    },
    {
      spoken: { protocol: 'rx-process.unsupported', hello: undefined },
      says: /^FAIL the server speaks another version \(4406\) → npm: /,
    },
    { spoken: { answer: REFUSED }, says: /^FAIL rx-process.v1 is offered: 400 .* → --header-file/ },
    {
      spoken: { answer: answer(0, 'ECONNRESET') },
      says: /^FAIL rx-process.v1 is offered: the connection was cut off without an answer/,
    },
  ])('judges $spoken (CL10)', ({ spoken, says }) => {
    expect(said(protocol(spoken, false, SITE))).toMatch(says);
  });
});

describe('ping', () => {
  it('says that no pong came, and after which time', () => {
    expect(said(ping(undefined, SITE))).toMatch(/^FAIL no pong within 5s → Express: a busy event/);
  });
});

describe('close', () => {
  const ECHO = { code: 1000, reason: 'rx-process doctor', after: 1 };

  it.each([
    { farewell: undefined, echo: ECHO, says: /^ok 1000 "rx-process doctor" comes back$/ },
    {
      farewell: undefined,
      echo: { ...ECHO, code: 1006, reason: '' },
      says: /^FAIL 1006 without a reason in place of 1000 "rx-process doctor": /,
    },
    {
      farewell: { code: 4406, reason: '', after: 1 },
      echo: ECHO,
      says: /^FAIL 4406 without a reason in place of 4406 and its reason: /,
    },
  ])('judges $echo.code, and $farewell.code of the server (CL10)', ({ farewell, echo, says }) => {
    expect(said(close(echo, farewell))).toMatch(says);
  });
});

describe('payload', () => {
  const by = (code: number) => ({ code, reason: '', after: 1 });

  it.each([
    {
      what: 'something before it that takes less',
      limit: 1_024,
      announced: [{ size: 1_024, end: by(1009) }],
      says: /^FAIL 1009 for a message of 1,024 bytes, which the server takes: something before it/,
    },
    {
      what: 'another code',
      limit: 1_024,
      announced: [
        { size: 1_024, end: undefined },
        { size: 1_025, end: by(1006) },
      ],
      says: /^FAIL 1006 in place of 1009 for a message of 1,025 bytes: /,
    },
    {
      what: 'no limit',
      limit: undefined,
      announced: [
        { size: 1_025, end: undefined },
        { size: 2_049, end: undefined },
      ],
      says: /^FAIL a message of 2,049 bytes is waited for, .* → Express: .*maxPayload: 1_048_576/,
    },
  ])('finds $what (CL10)', ({ limit, announced, says }) => {
    expect(said(payload(limit, announced))).toMatch(says);
  });
});

describe('idle', () => {
  const cut = (seconds: number, code = 1006, reason = '') => ({
    end: { code, reason, after: seconds * 1_000 },
  });
  const at = (...seconds: number[]) => ({
    pings: seconds.map((each) => each * 1_000),
    heard: seconds.map((each) => each * 1_000),
  });

  it.each([
    {
      what: 'open',
      seen: at(30, 60),
      says: "ok open after 65s; the server's pings came after 30s, 60s",
    },
    {
      what: 'open, by many pings',
      seen: at(10, 20, 30, 40, 50, 60),
      says: "ok open after 65s; the server's pings came after 10s, 20s, 30s … 60s",
    },
    {
      what: 'open, without one',
      seen: at(),
      says: "warn open after 65s; no ping of the server came: who is lost is not found → Express: websocketRelay(system, { pingInterval: '30s' })",
    },
    {
      what: 'cut for its silence',
      seen: { ...at(), ...cut(10) },
      says: "FAIL cut off (1006) after 10s of silence, by a time-out on the way; no ping of the server came → nginx: proxy_read_timeout 75s; or on a load balancer its idle time-out, above the pings of the server (30s) → Express: websocketRelay(system, { pingInterval: '5s' }), where that cannot be changed",
    },
    {
      what: 'cut for the silence behind a message',
      seen: { pings: [], heard: [3_000], ...cut(13) },
      says: /^FAIL cut off \(1006\) after 10s of silence, by a time-out on the way; /,
    },
    {
      what: 'cut, and not for its silence',
      seen: { ...at(20, 40), ...cut(45) },
      says: /^FAIL cut off \(1006 after 45s\), 5s after something came: no time-out of silence → /,
    },
    {
      what: 'drained',
      seen: { ...at(), ...cut(20, 1012, 'server restarting; retry=3271') },
      says: 'warn 1012 "server restarting; retry=3271" after 20s: the server has ended or was restarted meanwhile; ask again',
    },
    {
      what: 'closed by the server',
      seen: { ...at(), ...cut(20, 1001, 'idle timeout') },
      says: /^warn 1001 "idle timeout" after 20s: the server has closed it itself → .*idleTimeout: 0/,
    },
  ])('judges a connection that is $what (CL10)', ({ seen, says }) => {
    const finding = said(idle({ idle: 65_000, ...seen }));

    if (typeof says === 'string') expect(finding).toBe(says);
    else expect(finding).toMatch(says);
  });
});

describe('progressBar', () => {
  it.each([
    { done: 0, line: 'idle  [--------------------]  0s of 1m5s' },
    { done: 999, line: 'idle  [--------------------]  0s of 1m5s' },
    { done: 32_500, line: 'idle  [##########----------]  32s of 1m5s' },
    { done: 66_000, line: 'idle  [####################]  1m5s of 1m5s' },
  ])('shows $done of 65,000 ms (CL7)', ({ done, line }) => {
    expect(progressBar('idle', done, 65_000)).toBe(line);
  });
});
