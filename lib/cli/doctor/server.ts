import { formatDuration } from '../../core/index.js';
import { type Finding, fail, ok } from './finding.js';
import { type Reached, TIMEOUT } from './reach.js';
import { placeOf, type Site } from './site.js';

/** Whether somebody accepts connections, and what is wrong on the way there. */
export function server(reached: Reached, site: Site): Finding {
  const { host, port } = placeOf(site.url);
  if ('address' in reached) {
    const { address, millis } = reached;
    const where = address === host ? '' : `${address} `;
    return ok(`${where}accepts connections at port ${port}, after ${formatDuration(millis)}`);
  }
  const { code } = reached;
  const { text, cure } = failures(site).find(({ codes }) => codes.includes(code)) ?? {
    text: `no connection to ${host}:${port}`,
    cure: 'network: the code is that of the operating system',
  };
  return fail(`${text} (${code})`, cure);
}

function failures({ url, timeout }: Site) {
  const { host, port } = placeOf(url);
  const place = `${url.hostname}:${port}`;
  return [
    {
      codes: ['ENOTFOUND'],
      text: `there is no name ${host}`,
      cure: `DNS: a record for ${host}, or the right name in the URL`,
    },
    {
      codes: ['EAI_AGAIN'],
      text: `no name server says where ${host} is`,
      cure: 'DNS: this machine has to reach its name server (/etc/resolv.conf); then try again',
    },
    {
      codes: ['ECONNREFUSED'],
      text: `nobody listens at ${place}`,
      cure: `Express: app.listen(${port}), for a container or another machine on all of its addresses, not on 127.0.0.1`,
    },
    {
      codes: [TIMEOUT, 'ETIMEDOUT'],
      text: `no answer from ${place} within ${formatDuration(timeout)}`,
      cure: `firewall: let TCP to port ${port} in (ufw allow ${port}/tcp, the security group, the load balancer's listener)`,
    },
    {
      codes: ['EHOSTUNREACH', 'ENETUNREACH'],
      text: `there is no way to ${place}`,
      cure: `network: the address of ${host}, a VPN that is off, or IPv6 where there is none`,
    },
  ];
}
