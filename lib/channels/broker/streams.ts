import type { Connection } from '../definitions/connection.js';
import type { Published } from '../definitions/joining.js';
import type { ClientMessage } from '../members/clientMessage.js';
import type { Encoded } from '../messages/encoded.js';
import type { Channel } from '../table/channel.js';
import { publishedOf } from '../table/individually.js';
import { type Reporter, Source } from '../table/stream.js';

/** The streams of a manager: what clients send, and who comes and goes. */
export class Streams {
  readonly messages: Source<ClientMessage>;
  readonly connections: Source<ConnectionEvent>;
  /** What is sent to any channel, whoever is in it: for the test kit. */
  readonly published: Source<Published>;

  constructor(readonly reporter: Reporter) {
    this.messages = new Source(reporter);
    this.connections = new Source(reporter);
    this.published = new Source(reporter);
  }

  /** A message is sent to a channel. */
  publish(encoded: Encoded): void {
    if (this.published.observed) this.published.next(publishedOf(encoded, encoded.message));
  }

  /** Gives a client's message to those who listen; `false`: nobody does. */
  offer(message: ClientMessage, channel: Channel | undefined): boolean {
    const inChannel = channel?.streams?.messages;
    const isHeard = this.messages.observed || inChannel?.observed === true;
    this.messages.next(message);
    inChannel?.next(message);
    return isHeard;
  }

  /** The manager has ended. */
  complete(): void {
    this.messages.complete();
    this.connections.complete();
    this.published.complete();
  }
}

/** A client has connected or has left. */
export interface ConnectionEvent {
  readonly type: 'joined' | 'left';
  readonly connection: Connection;
  /** How many connections there are now. */
  readonly count: number;
  /** Of the close frame; 1006 without one. Of a leave only. */
  readonly code?: number;
  /** Why it has left; do not trust it, since it may be the client's text (Z5). */
  readonly reason?: string;
}
