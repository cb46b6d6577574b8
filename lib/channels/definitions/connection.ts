import type { Pid } from '../../core/index.js';
import type { Dialect } from '../../protocol/index.js';

/** A client that is connected, as hooks and behaviours see it. */
export interface Connection {
  /** The PID of its process; empty while its handshake is not over. */
  readonly pid: Pid;
  /** Public, to tell others who it is: 22 random characters (CP20). */
  readonly id: string;
  /** Who it is, as the `connect` hook has said. */
  readonly identity: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Milliseconds since 1970. */
  readonly connectedAt: number;
  /** The client's address, as Express's `req.ip` has it: behind trusted proxies that of the client. */
  readonly address: string;
  readonly userAgent: string | undefined;
  readonly protocol: Dialect;
}
