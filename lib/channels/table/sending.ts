import type { Pid } from '../../core/index.js';
import type { WireMessage } from '../../protocol/index.js';
import type { Connection } from '../definitions/connection.js';
import type { ChannelHistory } from '../history/channelHistory.js';
import type { Member } from '../members/member.js';

/** How a message is sent to a channel. */
export interface Sending extends Pick<SendOptions, 'mapFor'> {
  /** The system's uptime in whole seconds. */
  readonly seconds: number;
  /** The PID of the manager. */
  readonly from: Pid | undefined;
  /** Whether a member gets it; default: all. */
  readonly picks?: ((member: { readonly pid: Pid }) => boolean) | undefined;
  /** Where it was recorded; `undefined`: nowhere. */
  readonly history?: ChannelHistory | undefined;
  /** Who is too slow to get more of this channel, where there is such a limit (B27). */
  readonly lag?: Lag | undefined;
}

/** What becomes of members that read too slowly. */
export interface Lag {
  isLagging(member: Member): boolean;
  /** Ends a membership. */
  end(member: Member): void;
}

/** Options of `sendToChannel`. */
export interface SendOptions {
  /** Whether it goes into the channel's history, if there is one (B22); default true, but not what `mapFor` changes. */
  readonly record?: boolean | undefined;
  /** What it is about, for `keep: 'latest'` (CH8); default: as `key` of the history says. */
  readonly key?: string | undefined;
  /**
   * What each connection gets instead; undefined: nothing. Those with the same object share its encoding (B21). It
   * costs a call for each.
   */
  readonly mapFor?:
    | ((connection: Connection, message: WireMessage) => WireMessage | undefined)
    | undefined;
}
