import type { ExitReason } from './exit.js';
import type { Pid } from './pid.js';

/**
 * What `system.events$` emits, all times in milliseconds on the system's clock. Drops and
 * dead letters are counted: one event for each process and reason, or each sender, topic and receiver, in
 * a batch of the run queue.
 */
export type SystemEvent =
  | {
      readonly type: 'spawned';
      readonly at: number;
      readonly pid: Pid;
      readonly parent: Pid | undefined;
      readonly name: string | undefined;
    }
  | {
      readonly type: 'upgraded';
      readonly at: number;
      readonly pid: Pid;
      /** Of the new behaviour. */
      readonly id: string;
    }
  | { readonly type: 'exited'; readonly at: number; readonly pid: Pid; readonly reason: ExitReason }
  | {
      readonly type: 'deadLetter';
      readonly at: number;
      readonly to: string;
      readonly topic: string;
      readonly from: Pid | undefined;
      /** `no node`: it is on a node that is not up, or of which nothing is known. */
      readonly reason: 'no process' | 'no node';
      readonly count: number;
    }
  | {
      readonly type: 'drop';
      readonly at: number;
      readonly pid: Pid | undefined;
      readonly reason: DropReason;
      /** Of the message that the first of them replied to, for the reason `no call`. */
      readonly topic?: string;
      readonly count: number;
    }
  | {
      readonly type: 'handlerError';
      readonly at: number;
      readonly pid: Pid;
      readonly error: unknown;
      readonly message: unknown;
    }
  /** In a cluster: another node is up, or no longer, and why (D68). `node` is its id. */
  | { readonly type: 'nodeUp'; readonly at: number; readonly node: string }
  | {
      readonly type: 'nodeDown';
      readonly at: number;
      readonly node: string;
      readonly reason: 'silent' | 'left' | 'replaced' | 'reset' | 'isolated';
    }
  | {
      readonly type: 'warning';
      readonly at: number;
      readonly code: string;
      readonly pid?: Pid;
      readonly message: string;
      /** What was thrown, where something was. */
      readonly error?: unknown;
    };

/** Why something was dropped; no drop is silent (§0). */
export type DropReason =
  | 'overflow'
  /** A frame that had not left yet was replaced by a newer one of its key (W8). */
  | 'replaced'
  | 'closing'
  | 'ended'
  | 'terminated'
  | 'no process'
  /** Its receiver is on a node that is not up (D27). */
  | 'no node'
  | 'no call'
  /** They waited in an inbox that their process, now ended, has never subscribed. */
  | 'unread'
  /** A client was refused, because its target had too much to do (Q2). */
  | 'busy'
  /** What a client has sent is no message, or is not for it to send, and its dialect has no answer to that (B7). */
  | 'refused'
  /** A member of a channel reads too slowly: it has to ask for what it missed (B27). */
  | 'lagged'
  /** By a rule of a failure drill, in a test. */
  | 'drill';
