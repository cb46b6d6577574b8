import type { Message, Pid } from '../../core/index.js';
import type { HistoryPlan } from '../history/historyOptions.js';
import type { HistoryStore, Position } from '../history/historyStore.js';
import type { Encoded } from '../messages/encoded.js';
import type { Channel } from '../table/channel.js';
import type { Attendee } from '../table/room.js';
import type { SendOptions } from '../table/sending.js';
import type { ClientsElsewhere } from './clientsElsewhere.js';
import type { Expulsion } from './tellExpelled.js';

/**
 * The managers of other nodes, as a broker asks for them: it has none of them where its system is in no cluster, and
 * every way to them begins with that look. The room `fellows` has them.
 */
export interface FellowsPort {
  /** The scope of the groups of channels, whose members other nodes count. */
  readonly scope: string;
  readonly clients: ClientsElsewhere;
  /**
   * Sends to the members of a channel on all nodes; returns to how many connections here, and how many are known elsewhere.
   * `channel`: the one of this node; `undefined`: there is none.
   */
  send(channel: Channel | undefined, encoded: Encoded, options: Aimed): number;
  /** Takes what other nodes send to a channel of this one. */
  takerFor(channel: Channel): (message: Message) => void;
  /** Sends to all connections of other nodes, or to some; returns how many are known there. */
  sendToAll(encoded: Encoded, aim: Aiming): number;
  /** Where this node has what is kept of a channel that others have as well; `undefined`: as without a cluster. */
  storeOf(name: string, plan: HistoryPlan): HistoryStore | undefined;
  /** Whether other nodes follow the history of a channel that this one keeps. */
  isAttended(name: string): boolean;
  /** Whether a member of this channel can begin here at once, behind a position that it may have from another node. */
  isReady(name: string, since?: Position): boolean;
  /**
   * Calls back once a member of this channel can begin here: at once where nothing is to be asked of another node.
   * `false`: it was not known in time where the channel's home is.
   *
   * @returns what takes it back
   */
  ready(name: string, run: (isReady: boolean) => void, since?: Position): () => void;
  /** Who of other nodes is in channels whose processes are here. */
  readonly people: PeoplePort;
  /** Does something once all that was sent before to a channel whose home is here has its place: mostly at once. */
  behind(name: string, run: () => void): void;
  /** Somebody on this server listens to a channel. */
  heard(name: string): void;
  /** Deletes a channel on all nodes; whether it is known. */
  delete(name: string): boolean;
  /** The manager's process has begun. */
  begin(): void;
  /** The manager's process has ended. */
  end(): void;
}

/** Who of other nodes is in channels, above all in one whose process is here. */
export interface PeoplePort {
  /** In the order of their joining, as a copy. */
  of(name: string): readonly Attendee[];
  /** Ends a membership, as `expel` does for one of this node; `false`: there is none, or its node is not reached. */
  expel(name: string, pid: Pid, why: Expulsion): boolean;
  /** Sends a message, as its text; `false`: it is no member. */
  push(name: string, pid: Pid, text: string): boolean;
}

/** Whom a message is for, where it is not for all. */
export interface Aiming {
  readonly only?: ReadonlySet<string> | undefined;
  readonly excluded?: ReadonlySet<string> | undefined;
}

/** How a message is recorded, whom it is for, and who wants to hear that it has its place. */
export interface Aimed extends SendOptions, Aiming {
  /** Its place in the history; `undefined`: it has none. Called at once or later, but not where it is lost. */
  readonly done?: ((offset: number | undefined) => void) | undefined;
}
