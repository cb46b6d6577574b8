// Types of rx-process/http: what a handler may answer, and the metadata that its targets read.
import type { Server } from 'node:http';
import type { Behavior, Pid, System } from 'rx-process';
import { type RelayBehavior, relayTo, relayUpgrades } from 'rx-process/http';

declare const server: Server;
declare const system: System;
declare const pid: Pid;
declare const plain: Behavior;
declare const greeter: RelayBehavior<{ readonly user: string }>;
declare const admin: RelayBehavior<{ readonly role: 'admin' }>;

relayUpgrades(server, system, () => ({ target: plain }));
relayUpgrades(server, system, async () => ({ target_pid: pid, headers: { 'Set-Cookie': ['a'] } }));
relayUpgrades(server, system, ({ url }) => (url === '/' ? { target: plain } : { status: 404 }));
relayUpgrades(server, system, ({ url }) => (url === '/' ? { target: plain } : undefined));
relayUpgrades(server, system, () => ({ target: greeter, metadata: { user: 'ada' } }));
relayUpgrades(server, system, ({ url }) =>
  url === '/'
    ? { target: greeter, metadata: { user: 'ada' } }
    : { target: plain, metadata: { user: 'bob' } },
);
relayUpgrades(server, system, ({ url }) => {
  if (url === '/admin') return relayTo({ target: admin, metadata: { role: 'admin' } });
  return relayTo({ target: greeter, metadata: { user: 'ada' } });
});
// @ts-expect-error a user is a text
relayUpgrades(server, system, () => ({ target: greeter, metadata: { user: 1 } }));
// @ts-expect-error no metadata
relayUpgrades(server, system, () => ({ target: greeter }));
// @ts-expect-error neither a relay nor a refusal
relayUpgrades(server, system, () => 5);
// @ts-expect-error a target and a status
relayUpgrades(server, system, () => ({ target: plain, status: 401 }));
// @ts-expect-error a PID and a status
relayUpgrades(server, system, () => ({ target_pid: pid, status: 401 }));
// @ts-expect-error both
relayUpgrades(server, system, () => ({ target: plain, target_pid: pid }));
// @ts-expect-error no user
relayTo({ target: greeter, metadata: {} });
