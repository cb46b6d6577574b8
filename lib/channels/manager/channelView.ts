import { defer, merge, Observable, of } from 'rxjs';
import type { Broker } from '../broker/broker.js';
import { type HistoryQuery, readPage } from '../broker/readPage.js';
import { channelName } from '../definitions/channelName.js';
import type { Published } from '../definitions/joining.js';
import type { Position } from '../history/historyStore.js';
import type { ClientMessage } from '../members/clientMessage.js';
import type { PresenceEntry } from '../presence/presenceEntry.js';
import type { ChannelStreams, MemberEvent } from '../table/channelStreams.js';
import { Stream } from '../table/stream.js';

/** What one sees of a channel on the server: its streams, its history, and how many are in it. */
export abstract class ChannelView {
  readonly name: string;
  readonly #broker: Broker;
  /** What clients send to it that no process takes (B20). */
  readonly messages$: Observable<ClientMessage>;
  /**
   * What is sent to it while it exists, also if nobody is in it. In a cluster, of a channel without history and behaviour, by this
   * node; and by others while it has members here.
   */
  readonly published$: Observable<Published>;
  /** Which connections join and leave, from the subscription on; at each event the lists and counts are as it says. */
  readonly members$: Observable<MemberEvent>;
  /**
   * Who is present, at once and whenever that is published, also while no client watches (PR11): keys in the order in which
   * they came. Empty where the channel has no `presence`.
   */
  readonly presence$: Observable<readonly PresenceEntry[]>;

  /** @internal */
  constructor(broker: Broker, name: string) {
    this.name = channelName(name);
    this.#broker = broker;
    this.messages$ = this.#stream(({ messages }) => messages.stream$);
    this.published$ = this.#stream(({ published }) => published.stream$);
    this.members$ = this.#stream(({ members }) => members.stream$);
    const list$ = defer(() => of(broker.channels.presenceOf(name)?.list ?? []));
    // It listens first, so that nothing is missed that a subscriber does by the first list.
    this.presence$ = this.#stream(({ presence }) => merge(presence.stream$, list$));
  }

  /** How many are in it, in a cluster on all nodes. */
  get count(): number {
    return this.#broker.channels.countOf(this.name);
  }

  /** Where its history is (CH6); `undefined`: it has none. */
  get position(): Position | undefined {
    return this.#broker.histories.of(this.name)?.position;
  }

  /**
   * A page of what was sent to it (CH11), the oldest first: the first messages after `since`, or the last ones below
   * `before`, by default all; of a channel without history none.
   *
   * @throws ProcessError `Invalid` for an option; `NotFound`: what follows `since` is not known any more
   */
  history(query: HistoryQuery = {}): readonly Published[] {
    return readPage(this.#broker, this.name, query);
  }

  #stream<T>(pick: (streams: ChannelStreams) => Observable<T>): Observable<T> {
    const { channels, streams } = this.#broker;
    const heard$ = new Observable<T>((subscriber) => {
      if (this.#broker.hasEnded) return subscriber.complete();
      const heard = channels.heard(this.name);
      this.#broker.fellows?.heard(this.name);
      subscriber.add(pick(heard).subscribe(subscriber));
      subscriber.add(() => channels.unheard(heard));
    });
    return new Stream(streams.reporter, heard$);
  }
}
