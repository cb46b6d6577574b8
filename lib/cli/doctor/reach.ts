import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls, type PeerCertificate } from 'node:tls';
import { placeOf, type Site } from './site.js';

/** Connects by TCP, says what came of it, and hangs up. */
export async function reach({ url, timeout }: Site): Promise<Reached> {
  const { host, port } = placeOf(url);
  const begun = performance.now();
  const socket = connectTcp({ host, port });
  let isFound = isIP(host) !== 0;
  socket.on('lookup', (error) => {
    isFound = !error;
  });
  const failure = await ready(socket, 'connect', timeout);
  const { remoteAddress = host } = socket;
  socket.destroy();
  if (failure === undefined) return { address: remoteAddress, millis: performance.now() - begun };
  // Whose name server is silent has not come so far as to wait for the server.
  return { code: failure === TIMEOUT && !isFound ? 'EAI_AGAIN' : failure };
}

/** That somebody accepts connections, and where; or why not, by Node's code, or `timeout`. */
export type Reached =
  | { readonly address: string; readonly millis: number }
  | { readonly code: string };

/** Begins TLS as a browser does, looks at the certificate whatever is wrong with it, and hangs up. */
export async function secure({ url, timeout }: Site): Promise<Secured> {
  const { host, port } = placeOf(url);
  const socket = connectTls({
    host,
    port,
    ...(isIP(host) === 0 && { servername: host }),
    // A browser speaks HTTP/1.1 where it wants a WebSocket.
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: false,
  });
  const code = await ready(socket, 'secureConnect', timeout);
  const certificate = socket.getPeerCertificate();
  const protocol = socket.getProtocol() ?? 'TLS';
  const distrust = String(socket.authorizationError ?? '');
  socket.destroy();
  if (code !== undefined) return { code };
  return {
    protocol,
    issuer: partOf(certificate.issuer?.O) ?? partOf(certificate.issuer?.CN) ?? 'nobody',
    names: namesOf(certificate),
    isNamed: checkServerIdentity(host, certificate) === undefined,
    from: Date.parse(certificate.valid_from),
    to: Date.parse(certificate.valid_to),
    distrust,
  };
}

/** What the server has shown of itself, or the code of the error. */
export type Secured = Certificate | { readonly code: string };

/** A certificate, and what this machine makes of it. */
export interface Certificate {
  /** `TLSv1.3`. */
  readonly protocol: string;
  /** Who has signed it. */
  readonly issuer: string;
  readonly names: readonly string[];
  /** Whether the host is among them. */
  readonly isNamed: boolean;
  /** From when, in milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** OpenSSL's code for what is wrong with it; `''`: nothing. */
  readonly distrust: string;
}

/** The code of a time that is over. */
export const TIMEOUT = 'timeout';

/** Waits until a socket is ready; gives the code of what came in between. */
function ready(socket: Socket, event: string, timeout: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(TIMEOUT), timeout);
    const done = (code?: string): void => {
      clearTimeout(timer);
      resolve(code);
    };
    // It stays, since an error may come when nobody waits any more.
    socket.on('error', ({ code, message }: NodeJS.ErrnoException) => done(code ?? message));
    socket.once('close', () => done('ECONNRESET')).once(event, () => done());
  });
}

/** One of several, where a certificate has more than one of a kind. */
const partOf = (part: string | string[] | undefined): string | undefined =>
  Array.isArray(part) ? part[0] : part;

function namesOf({ subject, subjectaltname }: PeerCertificate): string[] {
  const names = subjectaltname?.split(', ').map((each) => each.replace(/^[^:]*:/, ''));
  return names ?? [partOf(subject?.CN) ?? 'nobody'];
}
