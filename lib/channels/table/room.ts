import type { Pid } from '../../core/index.js';
import type { EventType } from '../../protocol/index.js';
import type { Connection } from '../definitions/connection.js';
import type { JoinRequest } from '../definitions/joinHook.js';
import type { Joining } from '../definitions/joining.js';
import type { ErrorOptions } from '../messages/replyText.js';

/** The process of a channel, as the channel sees it (B23): it may be down, while it is restarted. */
export interface Room {
  /** Its process, while that runs on this node. */
  readonly pid?: Pid | undefined;
  /** Whether it has too much to do for one more member (B26). */
  readonly isFull: boolean;
  /** Somebody has joined. */
  joined(member: Attendee, params: unknown): void;
  /** A member has joined once more, with other params (CP14). */
  renewed(member: Attendee, params: unknown): void;
  /** A member's connection has other metadata (B32); of this node its process has them already. */
  refreshed?(member: Attendee): void;
  /** Somebody has left, for a reason. */
  left(member: Attendee, reason: string): void;
  /** A client has sent something; gives how its answer is not waited for any more. */
  take(member: Attendee, said: Said): () => void;
  /** Asks the process whether a client may join (B24); gives how that is taken back. */
  admit(request: JoinRequest, answer: Admitting): () => void;
  /** The channel was deleted, and nobody is in it. */
  stop(): void;
}

/** Who is in a channel, as its process knows it: a connection of this node or, in a cluster, of another. */
export interface Attendee {
  readonly pid: Pid;
  readonly connection: Connection;
}

/** The processes of channels. */
export interface Rooms {
  /** Whether one more for this channel would be more than clients may have. */
  isFullFor(name: string): boolean;
  /** That of a channel, begun if need be; `undefined` where its definition has no behaviour. */
  open(name: string): Room | undefined;
}

/** What a client has sent to a channel. */
export interface Said {
  readonly type: 'text' | 'json' | 'event';
  /** The name of an event. */
  readonly event: string | undefined;
  readonly data: unknown;
  /** By what its data was checked; `undefined`: nobody has. */
  readonly checkedBy: EventType | undefined;
  /** How much it is, in characters. */
  readonly size: number;
  readonly answer: Answer;
}

/** How a message is answered: once. */
export interface Answer {
  /** Whether its client waits for an answer. */
  readonly isAwaited: boolean;
  /** @throws ProcessError `Invalid` for what has no JSON. */
  done(payload: unknown): void;
  fail(code: string, message: string, options?: ErrorOptions): void;
  /** The same where no process has had it (CP23). */
  refuse(code: string, message: string, options?: ErrorOptions): void;
}

/** What a channel's process says to a join. */
export interface Admitting {
  accept(joining: Joining): void;
  refuse(code: string, message?: string, options?: ErrorOptions): void;
}
