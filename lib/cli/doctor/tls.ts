import { type Finding, fail, ok, warn } from './finding.js';
import { type Certificate, type Secured, TIMEOUT } from './reach.js';
import { placeOf, type Site } from './site.js';

/**
 * Whether a browser trusts the certificate, and for how long; all that is wrong with it is told at once.
 *
 * @param secured `undefined`: the URL asks for no TLS
 * @param now milliseconds since 1970
 */
export function tls(secured: Secured | undefined, { url }: Site, now: number): Finding {
  const { host, port } = placeOf(url);
  if (secured === undefined) return withoutTls(host);
  if ('code' in secured) return noTls(secured.code, host, port);
  const wrong = [...problems(secured, host, now)];
  const [first, ...more] = wrong.map(({ cure }) => cure);
  if (first !== undefined) return fail(wrong.map(({ text }) => text).join('; '), first, ...more);
  const { protocol, names, issuer, from, to } = secured;
  const days = Math.floor((to - now) / DAY);
  const text = `${protocol}, certificate of ${shown(names)} by ${issuer}, ${days} day${days === 1 ? '' : 's'} left`;
  const isLate = to - now < Math.min(14 * DAY, (to - from) / 4);
  return isLate ? warn(text, RENEWAL) : ok(text);
}

const DAY = 86_400_000;

function withoutTls(host: string): Finding {
  if (/^(localhost|127\..*|::1)$/.test(host)) return ok('none, on this machine');
  return warn(
    'none: whoever is on the way can read and write, and a page of https cannot connect',
    `nginx: listen 443 ssl; ssl_certificate …/fullchain.pem; ssl_certificate_key …/privkey.pem; (certbot --nginx -d ${host})`,
  );
}

function noTls(code: string, host: string, port: number): Finding {
  const what = CODES.find(({ pattern }) => pattern.test(code));
  if (what !== undefined) return fail(`${what.text} (${code})`, what.cure(port));
  return fail(
    `no TLS with ${host}:${port} (${code})`,
    `nginx: listen ${port} ssl; with a certificate of ${host}`,
  );
}

const CODES = [
  {
    pattern: /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/,
    text: 'what answers speaks no TLS',
    cure: (port: number) => `nginx: listen ${port} ssl; or ask by ws:// instead of wss://`,
  },
  {
    pattern: /UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|LEGACY_SIGALG/,
    text: 'it speaks no TLS that browsers take, 1.2 or later',
    cure: () => 'nginx: ssl_protocols TLSv1.2 TLSv1.3;',
  },
  {
    pattern: /NO_APPLICATION_PROTOCOL/,
    text: 'it speaks HTTP/2 alone, and WebSockets come by HTTP/1.1',
    cure: () => 'Node: http2.createSecureServer({ cert, key, allowHTTP1: true }, app)',
  },
  {
    pattern: new RegExp(TIMEOUT),
    text: 'it accepts connections, and begins no TLS',
    cure: (port: number) => `nginx: listen ${port} ssl; or ask by ws:// instead of wss://`,
  },
];

/** A thing that is wrong with a certificate. */
interface Problem {
  readonly text: string;
  readonly cure: string;
}

function* problems(
  { names, isNamed, from, to, distrust }: Certificate,
  host: string,
  now: number,
): Generator<Problem> {
  if (now > to) {
    yield { text: `the certificate has expired on ${dayOf(to)}`, cure: RENEWAL };
  }
  if (now < from) {
    const text = `the certificate is not valid before ${dayOf(from)}`;
    yield { text, cure: 'clock: timedatectl set-ntp true, here or where the certificate is made' };
  }
  if (!isNamed) {
    const text = `the certificate is that of ${shown(names)}, not of ${host}`;
    yield { text, cure: `nginx: certbot --nginx -d ${host}, or ask by a name that it has` };
  }
  const why = CHAIN.find(({ pattern }) => pattern.test(distrust));
  if (why !== undefined) yield { text: why.text, cure: why.cure };
  // What is told above already is among the codes as well.
  else if (distrust !== '' && !TOLD.test(distrust)) {
    const text = `no browser trusts the certificate (${distrust})`;
    yield { text, cure: `nginx: certbot --nginx -d ${host}` };
  }
}

const TOLD = /^(CERT_HAS_EXPIRED|CERT_NOT_YET_VALID|ERR_TLS_CERT_ALTNAME_INVALID)$/;

const CHAIN = [
  {
    pattern: /^DEPTH_ZERO_SELF_SIGNED_CERT$/,
    text: 'no browser trusts the certificate, which has signed itself',
    cure: 'nginx: one of a public authority (certbot --nginx); for a trial NODE_EXTRA_CA_CERTS=cert.pem has this command trust it',
  },
  {
    pattern: /^SELF_SIGNED_CERT_IN_CHAIN$/,
    text: 'no browser trusts who has signed the certificate',
    cure: 'nginx: one of a public authority (certbot --nginx); of your own, NODE_EXTRA_CA_CERTS=root.pem has this command trust it',
  },
  {
    pattern: /^UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(_LOCALLY)?)$/,
    text: 'the server does not send the certificates between its own and a known one',
    cure: 'nginx: ssl_certificate …/fullchain.pem; not cert.pem',
  },
];

const RENEWAL =
  'nginx: certbot renew && nginx -s reload; with Node itself server.setSecureContext({ cert, key })';

const shown = (names: readonly string[]): string =>
  names.length > 3
    ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
    : names.join(', ');

const dayOf = (millis: number): string => new Date(millis).toISOString().slice(0, 10);
