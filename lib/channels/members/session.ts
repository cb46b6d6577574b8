import type { Pid } from '../../core/index.js';
import type { OnceReplies } from './onceReplies.js';

/**
 * What outlives a connection of v1 for a while (CP22): whoever comes back with its secret goes on with it, over another
 * connection. So what belongs to a client rather than to one connection of it is found by this object.
 */
export class Session {
  /** Its client has dialled so often, as far as it has said: what comes from an earlier connection says less. */
  dials = 0;
  /** When its connection was lost, in milliseconds of the system's uptime; of no meaning while it has one. */
  lostAt = 0;
  /** The channels that its last connection was in, that had any, at its end. */
  channels: readonly { readonly name: string }[] = [];
  /** What its client has asked for once; made when it first does. */
  once: OnceReplies | undefined;

  constructor(
    /** 128 random bits, which only its client knows; in a cluster behind what says which node has made it. */
    readonly secret: string,
    /** Who its client is; nobody else can have it. */
    readonly identity: string | undefined,
    /** The connection that has it, or has had it last. */
    public holder: Pid,
  ) {}
}
