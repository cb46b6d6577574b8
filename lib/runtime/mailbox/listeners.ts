import type { Message } from '../../core/index.js';
import { matcher, precedence } from './matcher.js';
import type { Outlet } from './outlet.js';

/** Which listened pattern takes a topic: an exact one beats a glob, then the longest wins (M6). */
export class Listeners {
  /** Invariant: ordered by precedence, so that the first match is the one. */
  #listeners: Listener[] = [];
  /** In which order waiting entries have come: one may wait in an outlet, and move to another. */
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

  /** The outlet of a pattern, shared by all who listen on it; `close` gives it back. */
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

  /** Whether the last user of the listener has left, so that its topic falls back to the inbox. */
  close(listener: Listener): boolean {
    if (--listener.users > 0) return false;
    this.#listeners = this.#listeners.filter((other) => other !== listener);
    return true;
  }

  /** Numbers what waits in the inbox, because it may change its outlet from now on. */
  numberAll(inbox: Outlet<Message>): this {
    const waiting = inbox.extract(() => true);
    for (const entry of waiting) this.number(entry);
    inbox.restore(waiting);
    return this;
  }

  /** What a pattern's last user leaves waiting goes where it would go now, in order of arrival (M3, M6). */
  fallBack(from: Outlet<Message>, inbox: Outlet<Message>): void {
    for (const outlet of this.outlets) {
      const theirs = from.extract((e) => 'topic' in e && this.match(e.topic) === outlet);
      outlet.restore(theirs, this.isAhead);
    }
    this.collect([from], inbox);
  }

  /** Puts what waits in outlets back into the inbox, in order of arrival. */
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
