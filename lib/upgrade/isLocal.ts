import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/**
 * Whether a request was made on this very machine, by nobody for somebody else (CL5). The socket's own address
 * is judged, whatever `trust proxy` says. A proxy on this machine has that address as well, so a request that
 * any proxy has left a header on is not local. Nor is one for another `Host`: a page whose name has been made to
 * lead here (DNS rebinding) is of the same origin, so that its browser sends no Origin.
 */
export function isLocal({ socket, headersDistinct }: IncomingMessage): boolean {
  const { host: [host = '', ...others] = [] } = headersDistinct;
  const { hostname = '', ipv6 = hostname } = HOST.exec(host)?.groups ?? {};
  return (
    isLoopback(socket.remoteAddress ?? '') &&
    others.length === 0 &&
    (hostname.toLowerCase() === 'localhost' || isLoopback(ipv6)) &&
    !Object.keys(headersDistinct).some((name) => OF_PROXIES.test(name))
  );
}

const HOST = /^(?:\[(?<ipv6>[^\]]*)\]|(?<hostname>[^:]*))(?::\d{1,5})?$/;
const OF_PROXIES = /^(?:forwarded|via|x-forwarded-.*|x-real-ip)$/;

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/** An address in its usual form; IPv4 within IPv6 is IPv4. */
function isLoopback(address: string): boolean {
  return LOOPBACK.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
