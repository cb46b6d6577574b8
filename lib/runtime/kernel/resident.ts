import type { DropReason, Message } from '../../core/index.js';
import type { Mailbox } from '../mailbox/mailbox.js';
import type { Receiver } from '../queue/runQueue.js';
import type { Member } from '../registry/group.js';
import type { Host } from '../registry/hostTable.js';
import type { Named } from '../registry/nameTable.js';
import type { Numbered } from '../registry/processTable.js';
import type { Traced } from '../telemetry/tracer.js';
import type { Watched } from '../ties/monitor.js';

/** A process as its kernel sees it: what the tables and the delivery of messages need of it. */
export interface Resident extends Receiver, Numbered, Named, Member, Watched, Traced {
  readonly mailbox: Mailbox;
  readonly host: Host;
  readonly extension:
    | { readonly isConnection: boolean; readonly events: { count(reason: DropReason): void } }
    | undefined;
  accept(message: Message, size?: number): boolean;
}

/** Sees each message before its mailbox does, during a failure drill. */
export interface DrillHook<P> {
  /** `true` if the drill drops or delays the message itself; for the sender the message was taken. */
  takes(process: P, message: Message, size: number): boolean;
}
