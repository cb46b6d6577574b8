/** Checked by `tsc --noEmit`, never run: what may be metadata, and what is known of it. */
import type { ServerResponse } from 'node:http';
import { expectTypeOf } from 'expect-type';
import { type Behavior, combine, ofTopic, type Pid, type System, send } from 'rx-process';
import {
  type GivenMetadata,
  type Join,
  type Metadata,
  type Relay,
  type RelayBehavior,
  type RelayTarget,
  setRelay,
  ws,
  wsOf,
} from 'rx-process/express';
import { map } from 'rxjs';

interface User {
  readonly name: string;
}
declare const res: ServerResponse;
declare const target: Behavior;
declare const user: User;
declare const client: Pid;
declare const record: Record<string, unknown>;

for (const metadata of [user, record]) setRelay(res, { target, metadata });
setRelay(res, { target, metadata: { user, since: new Date() } });
for (const metadata of [user, record]) send(client, ws.control, { metadata });
// @ts-expect-error a list is no object with fields
send(client, ws.control, { metadata: [user] });
// @ts-expect-error a list is no object with fields
setRelay(res, { target, metadata: [user] });
// @ts-expect-error JSON knows no Set
setRelay(res, { target, metadata: new Set<string>() });

// Unless its type is given, it may be anything.
expectTypeOf<Join>().toEqualTypeOf<Join<Metadata>>();
setRelay(res, { target });
setRelay(res, { target, metadata: undefined });
setRelay(res, { target: (inbox) => inbox.pipe(map(({ topic }) => send('log', topic))) });
const relay: RelayTarget = { target_pid: client, metadata: user };
setRelay(res, relay);

// With a type, whoever reads it knows what is there ...
interface Member {
  readonly user: string;
  readonly role?: 'admin';
}
const member = wsOf<Member>();
const greeter: RelayBehavior<Member> = (inbox) =>
  inbox.pipe(
    ofTopic(member.join, member.message, member.heartbeat, member.leave),
    map(({ payload: { client_pid, metadata } }) => {
      expectTypeOf(metadata).toEqualTypeOf<Readonly<Member>>();
      // @ts-expect-error nobody has said that there is a name
      metadata.name;
      return send(client_pid, ws.send, { data: `hello ${metadata.user}` });
    }),
  );

// ... and whoever connects it has to give that, or more.
setRelay(res, { target: greeter, metadata: { user: 'ada' } });
setRelay(res, { target: greeter, metadata: { user: 'ada', since: '1815' } });
// @ts-expect-error no metadata
setRelay(res, { target: greeter });
// @ts-expect-error no user
setRelay(res, { target: greeter, metadata: {} });
// @ts-expect-error a user is a text
setRelay(res, { target: greeter, metadata: { user: 1 } });
// @ts-expect-error no such role
setRelay(res, { target: greeter, metadata: { user: 'ada', role: 'guest' } });
// A PID says nothing of what its process reads: the caller names the type.
setRelay(res, { target_pid: client, metadata: { user: 1 } });
setRelay<Member>(res, { target_pid: client, metadata: { user: 'ada' } });
// @ts-expect-error a user is a text
setRelay<Member>(res, { target_pid: client, metadata: { user: 1 } });
// @ts-expect-error no metadata
setRelay<Member>(res, { target_pid: client });
declare const relayOfMembers: Relay;
expectTypeOf(relayOfMembers.connections<Member>()[0]?.metadata.user).toEqualTypeOf<
  string | undefined
>();
expectTypeOf(relayOfMembers.connections()[0]?.metadata.user).toEqualTypeOf<unknown>();
declare const anything: GivenMetadata;
// @ts-expect-error perhaps no user
setRelay(res, { target: greeter, metadata: anything });
declare const optional: RelayBehavior<{ readonly role?: 'admin' }>;
setRelay(res, { target: optional });

// What is changed later is held to it, too.
send(client, member.control, { target_pid: null, metadata: { user: 'bob' } });
// @ts-expect-error no user
send(client, member.control, { metadata: { role: 'admin' } });

// Elsewhere it is a behaviour like any other.
declare const system: System;
system.spawn(greeter);
const both: RelayBehavior<Member> = combine(greeter, target);
void both;
