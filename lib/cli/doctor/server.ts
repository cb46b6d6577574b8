import { formatDuration } from '../../core/index.js';
import { type Finding, fail, ok } from './finding.js';
import { type Reached, TIMEOUT } from './reach.js';
import { placeOf, type Site } from './site.js';

/** Whether somebody accepts connections, and what is wrong on the way there. */
export function server(reached: Reached, { url, timeout }: Site): Finding {
  const { host, port } = placeOf(url);
  if ('address' in reached) {
    const { address, millis } = reached;
    const where = address === host ? '' : `${address} `;
    return ok(`${where}accepts connections at port ${port}, after ${formatDuration(millis)}`);
  }
  const { code } = reached;
  const place = `${url.hostname}:${port}`;
  switch (code) {
    case 'ENOTFOUND':
      return fail(
        `there is no name ${host} (${code})`,
        `DNS: a record for ${host}, or the right name in the URL`,
      );
    case 'EAI_AGAIN':
      return fail(
        `no name server says where ${host} is (${code})`,
        'DNS: this machine has to reach its name server (/etc/resolv.conf); then try again',
      );
    case 'ECONNREFUSED':
      return fail(
        `nobody listens at ${place} (${code})`,
        `Express: app.listen(${port}), for a container or another machine on all of its addresses, not on 127.0.0.1`,
      );
    case TIMEOUT:
    case 'ETIMEDOUT':
      return fail(
        `no answer from ${place} within ${formatDuration(timeout)} (${TIMEOUT})`,
        `firewall: let TCP to port ${port} in (ufw allow ${port}/tcp, the security group, the load balancer's listener)`,
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return fail(
        `there is no way to ${place} (${code})`,
        `network: the address of ${host}, a VPN that is off, or IPv6 where there is none`,
      );
    default:
      return fail(
        `no connection to ${place} (${code})`,
        'network: the code is that of the operating system',
      );
  }
}
