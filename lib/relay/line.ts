import type { Pid } from '../core/index.js';
import type { EventFields } from './socket.js';

/** A connection to write to. */
export interface Line {
  readonly pid: Pid;
  /** Whether nothing has begun to close it. */
  readonly isOpen: boolean;
  /** Bytes that were written and have not left the process yet. */
  readonly buffered: number;
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
