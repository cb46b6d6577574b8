import type { ExitReason, Pid, Ref } from '../../core/index.js';

/**
 * What one node says to another, as data: the entries of a link, in order (D20).
 *
 * The room `wire` is how they become bytes, and bytes become them: begin here. `entryWriter.ts` and `entryReader.ts` are
 * the two ends, `layout.ts` the table of both; `crossing.ts` and `tagged.ts` are the payloads that are more than plain
 * data. `loadPacker.ts` knows msgpackr, and nothing else does.
 */
export type Entry =
  | SendEntry
  /** A question (D29); `ref` is its asker's. */
  | (Addressed & { readonly kind: 'call'; readonly ref: Ref })
  | { readonly kind: 'reply'; readonly ref: Ref; readonly payload: unknown }
  /** A call, or a message of a connection (a PID), that was not taken. */
  | { readonly kind: 'refused'; readonly about: Ref | Pid; readonly why: string }
  | {
      readonly kind: 'watch';
      readonly ref: Ref;
      readonly pid: Pid;
      /** Who watches, for `info` to show (D68). */
      readonly by?: Pid | undefined;
    }
  | { readonly kind: 'unwatch'; readonly ref: Ref }
  | { readonly kind: 'exit'; readonly ref: Ref; readonly reason: ExitReason }
  /** Of `a`, who is of the sender's node, with `b`. */
  | (LinkPlace & { readonly kind: 'link' })
  | (LinkPlace & { readonly kind: 'unlink' })
  | (LinkPlace & { readonly kind: 'linkExit'; readonly reason: ExitReason })
  | SignalEntry
  /** Members of groups of a scope: all of them (`set`), or a change; of a counted scope their number (D48). */
  | {
      readonly kind: 'group';
      readonly scope: string;
      readonly change: 'set' | 'join' | 'leave';
      readonly groups: readonly (readonly [group: string, members: readonly Pid[] | number])[];
    }
  /** A broadcast, for the members of this node but those in `except` (D49). */
  | {
      readonly kind: 'cast';
      readonly scope: string;
      readonly group: string;
      readonly topic: string;
      readonly from: Pid | undefined;
      readonly payload: unknown;
      readonly except?: readonly Pid[] | undefined;
      readonly context?: unknown;
    }
  | {
      readonly kind: 'name';
      readonly name: string;
      readonly pid: Pid | undefined;
      readonly revision: number;
    }
  | {
      readonly kind: 'spawn';
      readonly ref: Ref;
      readonly id: string;
      readonly args: readonly unknown[];
      readonly options: unknown;
      readonly context?: unknown;
    }
  | { readonly kind: 'failed'; readonly ref: Ref; readonly error: Error }
  /** A mailbox is full to its mark, or no more so (D55). */
  | { readonly kind: 'press'; readonly pid: Pid; readonly pressed: boolean }
  /** The end of the state (D14). */
  | { readonly kind: 'ready' };

/** A message to one process or name. */
export interface SendEntry extends Addressed {
  readonly kind: 'send';
}

interface Addressed {
  readonly to: string;
  readonly topic: string;
  readonly from: Pid | undefined;
  readonly payload: unknown;
  /** What `propagate.out` has made of the sender's context (D31). */
  readonly context?: unknown;
}

interface LinkPlace {
  readonly a: Pid;
  readonly b: Pid;
  readonly id: number;
}

/** What acts on a process beside messages; `remaining` are the milliseconds to a cancel's deadline (D33). */
type SignalEntry = {
  readonly kind: 'signal';
  readonly to: Pid;
  readonly from: Pid | undefined;
  readonly remaining?: number | undefined;
} & (
  | { readonly signal: 'exit'; readonly reason: ExitReason }
  | { readonly signal: 'kill'; readonly reason?: undefined }
  | { readonly signal: 'cancel'; readonly reason?: string | undefined }
);
