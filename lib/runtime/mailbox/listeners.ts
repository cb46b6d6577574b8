import type { Message } from '../../core/index.js';
import { matcher, precedence } from './matcher.js';
import type { Outlet } from './outlet.js';

/** The listened patterns, and which of them takes a topic: an exact one, or else the longest glob (M6). */
export class Listeners {
  /** Invariant: ordered by precedence, so that the first match is the right one. */
  #listeners: Listener[] = [];
  /** The order in which waiting entries have arrived; needed when entries move to another outlet. */
  readonly #arrivals = new WeakMap<object, number>();
  #count = 0;

  number(entry: object): void {
    this.#arrivals.set(entry, ++this.#count);
  }

  readonly isAhead = (entry: object, other: object): boolean =>
    (this.#arrivals.get(entry) ?? 0) < (this.#arrivals.get(other) ?? 0);

  match(topic: string): Outlet<Message> | undefined {
    for (const listener of this.#listeners) if (listener.matches(topic)) return listener.outlet;
    return undefined;
  }

  get outlets(): readonly Outlet<Message>[] {
    return this.#listeners.map(({ outlet }) => outlet);
  }

  /** The listener of a pattern, shared by all who listen to it; each of them calls `close` once. */
  open(pattern: string, make: () => Outlet<Message>): Listener {
    const known = this.#listeners.find((listener) => listener.pattern === pattern);
    const listener = known ?? { pattern, matches: matcher(pattern), outlet: make(), users: 0 };
    listener.users++;
    if (known === undefined) {
      this.#listeners.push(listener);
      this.#listeners.sort((a, b) => precedence(b.pattern) - precedence(a.pattern));
    }
    return listener;
  }

  /** Whether the last user of the listener has left, so that what waits there must go elsewhere. */
  close(listener: Listener): boolean {
    if (--listener.users > 0) return false;
    this.#listeners = this.#listeners.filter((other) => other !== listener);
    return true;
  }

  /** Numbers what waits in the inbox, because it may move to another outlet from now on. */
  numberAll(inbox: Outlet<Message>): this {
    const waiting = inbox.extract(() => true);
    for (const entry of waiting) this.number(entry);
    inbox.restore(waiting);
    return this;
  }

  /** Moves what waits in a closed listener to where it would arrive now, in order of arrival (M3, M6). */
  fallBack(from: Outlet<Message>, inbox: Outlet<Message>): void {
    for (const outlet of this.outlets) {
      const theirs = from.extract((e) => 'topic' in e && this.match(e.topic) === outlet);
      outlet.restore(theirs, this.isAhead);
    }
    this.collect([from], inbox);
  }

  /** Moves what waits in outlets to the inbox, in order of arrival. */
  collect(outlets: readonly Outlet<Message>[], inbox: Outlet<Message>): void {
    for (const outlet of outlets) {
      inbox.restore(
        outlet.extract(() => true),
        this.isAhead,
      );
    }
  }

  closeAll(): void {
    for (const { outlet } of this.#listeners) outlet.close();
    this.#listeners = [];
  }
}

interface Listener {
  readonly pattern: string;
  readonly matches: (topic: string) => boolean;
  readonly outlet: Outlet<Message>;
  /** How many subscriptions share the pattern. */
  users: number;
}
