import type { Connection } from '../definitions/connection.js';
import type { Published } from '../definitions/joining.js';
import type { ClientMessage } from '../members/clientMessage.js';
import { type Reporter, Source } from './stream.js';

/** The streams of one name, for those who listen on the server, whether there is such a channel now or not. */
export class ChannelStreams {
  /** What clients send to it that no process takes. */
  readonly messages: Source<ClientMessage>;
  /** What is sent to it. */
  readonly published: Source<Published>;
  /** Who joins and leaves. */
  readonly members: Source<MemberEvent>;

  constructor(
    readonly name: string,
    reporter: Reporter,
  ) {
    this.messages = new Source(reporter);
    this.published = new Source(reporter);
    this.members = new Source(reporter);
  }

  get observed(): boolean {
    return this.messages.observed || this.published.observed || this.members.observed;
  }

  complete(): void {
    this.messages.complete();
    this.published.complete();
    this.members.complete();
  }
}

/** Somebody has come or gone. */
export interface MemberEvent {
  readonly type: 'joined' | 'left';
  readonly connection: Connection;
  /** How many there are now, processes and other ids among them. */
  readonly count: number;
}
