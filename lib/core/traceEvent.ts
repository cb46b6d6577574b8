import type { Command } from './command.js';
import type { Cancel, Exit, ExitReason, LinkDown } from './exit.js';
import type { Message } from './message.js';
import type { Pid } from './pid.js';

/** What happens to one process or is done by it; `at` in milliseconds on the system's clock. */
export type TraceEvent = { readonly at: number; readonly pid: Pid } & (
  | {
      readonly type: 'spawned';
      /** The id it was spawned by, or the function's name. */
      readonly behavior: string;
      readonly parent: Pid | undefined;
    }
  /** Its first turn, and its first after an upgrade: the behaviour is called and subscribed. */
  | { readonly type: 'started'; readonly args: readonly unknown[] }
  /** A message comes to its mailbox, and later is handed to a reader (M10). */
  | { readonly type: 'arrived' | 'received'; readonly message: Message }
  | { readonly type: 'signal'; readonly signal: TraceSignal }
  /** A command that its stream emits. */
  | { readonly type: 'emitted'; readonly command: Command }
  /** `self.send` and `self.exit`, as the commands they are; `taken` is what `send` returned. */
  | { readonly type: 'sent'; readonly command: Command; readonly taken: boolean }
  /** `self.call` asks, and its one reply comes (M13). */
  | {
      readonly type: 'called';
      readonly to: Pid | string;
      readonly topic: string;
      readonly payload: unknown;
    }
  | {
      readonly type: 'answered';
      readonly by: Pid | string;
      readonly topic: string;
      readonly payload: unknown;
    }
  /** Something else asked of `self`: `target` is a PID, a name, a pattern, a group or a behaviour's id. */
  | { readonly type: 'asked'; readonly what: SelfRequest; readonly target: string }
  | { readonly type: 'exited'; readonly reason: ExitReason }
);

/**
 * What reaches a process beside messages. `exit` is a request or the end of a linked process; trapped,
 * it is followed by the LINK_DOWN that it becomes. The kinds with `pid.` are what the process is told
 * itself, on `signals$` or by a monitor.
 */
export type TraceSignal =
  | { readonly kind: 'link' | 'unlink'; readonly from: Pid }
  | { readonly kind: 'exit'; readonly from: Pid | undefined; readonly reason: ExitReason }
  | { readonly kind: 'kill' | 'stop' | 'overflow' }
  | Cancel
  | LinkDown
  | Exit;

/** What a process may ask of its `self` beside sending, calling and ending. */
export type SelfRequest =
  | 'spawn'
  | 'listen'
  | 'monitor'
  | 'link'
  | 'unlink'
  | 'register'
  | 'join'
  | 'leave'
  | 'monitorGroup'
  | 'upgrade';
