import type { ObservableInput } from 'rxjs';
import type { Command, Inbox, Message, Pid, Self } from '../../core/index.js';
import type { EventPayload, WireMessage } from '../../protocol/index.js';
import type { Joining } from './joining.js';

/** What the process of a channel wants done beside what every process may (B23), as plain data. */
export type ChannelCommand =
  | {
      readonly type: 'emit';
      readonly message: Sendable;
      readonly onlyTo: readonly Pid[] | undefined;
      readonly exclude: readonly Pid[] | undefined;
      readonly record: boolean | undefined;
      readonly key: string | undefined;
      readonly answers: Message | undefined;
    }
  | { readonly type: 'push'; readonly to: Pid; readonly message: Sendable }
  | { readonly type: 'accept'; readonly message: Message; readonly joining: Joining }
  | {
      readonly type: 'refuse';
      readonly message: Message;
      /** `undefined`: of a join `denied`, of an event `failed`. */
      readonly code: string | undefined;
      readonly text: string | undefined;
    }
  | {
      readonly type: 'kick';
      readonly pid: Pid;
      readonly reason: string | undefined;
      readonly retry: boolean;
    };

/** What is sent: a message, or an event without a time. */
export type Sendable = WireMessage | Unsent;

/** An event that has no time yet: it gets that of the system when it is sent. */
export interface Unsent {
  readonly type: 'event';
  readonly payload: EventPayload;
}

/**
 * The behaviour of a channel's process: as any, from the stream of its messages to a stream of commands, among them
 * those of a channel (B23).
 */
export type ChannelBehavior = (
  inbox: Inbox,
  self: RoomSelf,
) => // biome-ignore lint/suspicious/noConfusingVoidType: a handler that returns nothing returns void
  | ObservableInput<Command | ChannelCommand | void>
  // biome-ignore lint/suspicious/noConfusingVoidType: the same
  | Promise<Command | ChannelCommand | void>;

/** What the process of a channel has of itself: as any, and which channel it serves, `self.args[0].channel`. */
export interface RoomSelf extends Self {
  readonly args: readonly [{ readonly channel: string }];
}
