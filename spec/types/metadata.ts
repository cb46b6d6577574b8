/** Checked by `tsc --noEmit`, never run: what may be metadata. */
import type { ServerResponse } from 'node:http';
import type { Behavior } from 'rx-process';
import { setRelay } from 'rx-process/express';

interface User {
  readonly name: string;
}
declare const res: ServerResponse;
declare const target: Behavior;
declare const user: User;
declare const record: Record<string, unknown>;

for (const metadata of [user, record]) setRelay(res, { target, metadata });
setRelay(res, { target, metadata: { user, since: new Date() } });
// @ts-expect-error a list is no object with fields
setRelay(res, { target, metadata: [user] });
// @ts-expect-error JSON knows no Set
setRelay(res, { target, metadata: new Set<string>() });
