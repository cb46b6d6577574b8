import type { Pid } from '../../core/index.js';

/**
 * What outlives a connection of v1 for a while (CP22): whoever comes back with its secret goes on with it, over another
 * connection. So what belongs to a client rather than to one connection of it is found by this object.
 */
export class Session {
  constructor(
    /** 128 random bits, which only its client knows. */
    readonly secret: string,
    /** The connection that has it. */
    public holder: Pid,
  ) {}
}
