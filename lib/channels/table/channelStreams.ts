import type { Connection } from '../definitions/connection.js';
import type { Published } from '../definitions/joining.js';
import type { ClientMessage } from '../members/clientMessage.js';
import type { PresenceEntry } from '../presence/presenceEntry.js';
import { type Reporter, Source } from './stream.js';

/** The streams of one name, for those who listen on the server, whether there is such a channel now or not. */
export class ChannelStreams {
  /** What clients send to it that no process takes. */
  readonly messages: Source<ClientMessage>;
  /** What is sent to it. */
  readonly published: Source<Published>;
  /** Who joins and leaves. */
  readonly members: Source<MemberEvent>;
  /** Who is present, whenever that is published. */
  readonly presence: Source<readonly PresenceEntry[]>;

  constructor(
    readonly name: string,
    reporter: Reporter,
  ) {
    this.messages = new Source(reporter);
    this.published = new Source(reporter);
    this.members = new Source(reporter);
    this.presence = new Source(reporter);
  }

  get observed(): boolean {
    return this.#all.some(({ observed }) => observed);
  }

  complete(): void {
    for (const source of this.#all) source.complete();
  }

  get #all(): readonly Pick<Source<unknown>, 'observed' | 'complete'>[] {
    return [this.messages, this.published, this.members, this.presence];
  }
}

/** Somebody has come or gone. */
export interface MemberEvent {
  readonly type: 'joined' | 'left';
  readonly connection: Connection;
  /** How many there are now, processes and other ids among them. */
  readonly count: number;
}
