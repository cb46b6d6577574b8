import type { Pid } from '../core/index.js';
import type { EventFields, Traffic } from './socket.js';
import type { Route } from './state.js';

/** A connection to write to. */
export interface Line {
  readonly pid: Pid;
  /** Whether nothing has begun to close it. */
  readonly isOpen: boolean;
  /** Bytes that were written and have not left the process yet. */
  readonly buffered: number;
  /** What has gone over its socket, if that is known. */
  readonly traffic: Traffic | undefined;
  /** Where it forwards to now. */
  readonly route: Pick<Route, 'target' | 'metadata'>;
  /** What it is counted by (H16). */
  readonly key: string | undefined;
  /** Whose connection it is; there is one at a time. */
  holder: LineHolder | undefined;
  /** Writes a text frame at once, as `ws.send` does; `false` if it is not taken, which is a drop event. */
  write(data: string, fields?: EventFields): boolean;
}

/** Is told of the end of a connection. */
export interface LineHolder {
  /** It ends: before it leaves its groups, and before its EXIT. `code`: of the close frame; 1006 without one. */
  released(code: number): void;
}
