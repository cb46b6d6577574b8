import type { Pid } from '../core/index.js';
import type { Metadata } from '../protocol/index.js';

/** A connection has opened or closed. */
export interface ConnectionEvent extends ConnectionInfo {
  readonly type: 'opened' | 'closed';
  /** The number of connections after that. */
  readonly count: number;
}

/** A connection as its application knows it. */
export interface ConnectionInfo<M = Metadata> {
  readonly pid: Pid;
  /** What the handler has given it, or the last `ws.control`; `{}` if neither did. */
  readonly metadata: M;
  /** The process that it tells of its client now. */
  readonly target: Pid;
  /** What it is counted by, as `connectionKey` has said (H16); `undefined` if by nothing. */
  readonly key: string | undefined;
}
