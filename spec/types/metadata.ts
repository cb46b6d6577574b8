/** Checked by `tsc --noEmit`, never run: what may be metadata. */
import type { ServerResponse } from 'node:http';
import { type Behavior, type Pid, send } from 'rx-process';
import { setRelay, ws } from 'rx-process/express';

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
