import type { Unsubscribable } from 'rxjs';
import { decodeFrame } from '../wire/frame.js';
import { type LinkQueue, Outlet } from './outlet.js';
import {
  type Effect,
  type EndReason,
  type Event,
  initial,
  type LinkStats,
  type State,
  type Timer,
  type World,
} from './state.js';
import { step } from './step.js';

/**
 * The link to one peer (D10–D17): sends entries and hands over those of the peer, exactly once and in order within a
 * session, and tells when a session begins and ends. It greets once `setUp(true)` has been called, and again by itself
 * after a `reset`.
 */
export class PeerLink {
  readonly #ports: LinkPorts;
  readonly #state: State;
  #outlet: Outlet;
  readonly #timers = new Map<Timer, Unsubscribable>();

  constructor(ports: LinkPorts) {
    this.#ports = ports;
    this.#state = initial(ports);
    this.#outlet = this.#open();
  }

  /** Whether entries are taken: between `began` and `ended`, unless it leaves. */
  get isOpen(): boolean {
    return this.#state.phase === 'open' && !this.#state.isLeaving;
  }

  /** Whether a session is open, also one that leaves and has its last words acknowledged. */
  get hasSession(): boolean {
    return this.#state.phase === 'open';
  }

  /** Whether `send` takes nothing but what is exempt, so that nobody encodes in vain. */
  get isFull(): boolean {
    return this.#state.session.window.isFull;
  }

  /**
   * Decides at once whether an entry is taken (D16); it leaves with the drain that the run queue has it in. `false`
   * where the link is not open, the window is full, or an exempt entry is too much, which ends the session first.
   *
   * @param entry not changed later
   * @param exempt whether it is taken beyond the window
   */
  send(entry: Uint8Array, exempt: boolean): boolean {
    if (!this.isOpen || !this.#admit(entry.length, exempt)) return false;
    this.#outlet.push(entry);
    return true;
  }

  #admit(size: number, exempt: boolean): boolean {
    const { window } = this.#state.session;
    const wasPressed = window.isPressed;
    const verdict = window.take(size, exempt);
    if (verdict === 'exceeded') this.#take({ type: 'exceeded' });
    if (verdict !== 'taken') return false;
    if (!wasPressed && window.isPressed) this.#ports.pressed();
    return true;
  }

  /** The same for an exempt entry, within the turn that has it: it follows what the run queue has delivered so far. */
  post(entry: Uint8Array): void {
    if (this.isOpen && this.#admit(entry.length, true)) this.#outlet.receive(entry);
  }

  /** Takes bytes that have come for this end from the peer. */
  receive(bytes: Uint8Array): void {
    const frame = decodeFrame(bytes);
    this.#take(frame === undefined ? { type: 'garbled' } : { type: 'frame', frame });
  }

  /** Says whether the transport is up; before the first word it is not. */
  setUp(isUp: boolean): void {
    this.#take({ type: 'transport', isUp });
  }

  /**
   * Takes no more, sends what is queued and a bye, and ends (`bye`) when the peer has acknowledged it, or after so many
   * milliseconds (D63); at once if it is not open.
   */
  leave(millis: number): void {
    const { isOpen } = this;
    this.#take({ type: 'leave', millis });
    if (isOpen) this.#outlet.push('bye');
  }

  /** Ends at once, for good, and tells nobody: neither the peer nor whoever has made it. */
  close(): void {
    this.#take({ type: 'close' });
    this.#outlet.end();
    this.#clear();
  }

  /** Frames that were sent again, in all sessions. */
  get again(): number {
    return this.#state.counters.again;
  }

  /** What was counted, and what waits now (D67). */
  stats(): LinkStats {
    const { counters, session } = this.#state;
    const { entries, bytes } = session.window;
    return { ...counters, unacknowledged: { entries, bytes } };
  }

  #open(): Outlet {
    return new Outlet(this.#ports.queue, ({ delivered, entries, bye }) =>
      this.#take({ type: 'drained', delivered, entries, bye }),
    );
  }

  #take(event: Event): void {
    for (const effect of step(this.#state, event, this.#ports)) {
      // A callback may have closed it.
      if (this.#state.phase === 'closed') return;
      this.#perform(effect);
    }
  }

  #perform(effect: Effect): void {
    const ports = this.#ports;
    switch (effect.type) {
      case 'publish':
        return ports.publish(effect.bytes);
      case 'wake':
        return this.#wake(effect.timer, effect.millis);
      case 'deliver':
        return this.#deliver(effect.number, effect.body);
      case 'began':
        return ports.began(effect.hello);
      case 'relieved':
        return ports.relieved();
      case 'warn':
        return ports.warn(effect.code, effect.text);
      case 'ended':
        this.#outlet.end();
        this.#outlet = this.#open();
        this.#clear();
        return ports.ended(effect.reason);
    }
  }

  /**
   * The mark goes through the run queue twice: behind what `arrived` has put there, and behind what that puts there in
   * its turn. So it arrives when all of it is handed over, even if a batch ends in between (D12).
   */
  #deliver(number: number, body: Uint8Array): void {
    const outlet = this.#outlet;
    const entries = body.length === 0 ? 0 : this.#ports.arrived(body);
    if (entries === undefined) return this.#take({ type: 'garbled' });
    const { counters } = this.#state;
    counters.entriesIn += entries;
    counters.bytesIn += body.length;
    const mark = { number, entries, bytes: body.length };
    this.#ports.queue.push({ receive: () => outlet.push(mark) }, undefined);
  }

  #wake(timer: Timer, millis: number): void {
    this.#timers.get(timer)?.unsubscribe();
    const run = (): void => this.#take({ type: 'timer', timer });
    this.#timers.set(timer, this.#ports.after(millis, run));
  }

  #clear(): void {
    for (const timer of this.#timers.values()) timer.unsubscribe();
    this.#timers.clear();
  }
}

/** What a link stands on, and whom it tells. */
export interface LinkPorts extends World {
  readonly queue: LinkQueue;
  /** Runs something after so many milliseconds of the system's scheduler. */
  after(millis: number, run: () => void): Unsubscribable;
  /** Sends to the peer, with this end's own subject for the reply (D17). Called only while the transport is up. */
  publish(bytes: Uint8Array): void;
  /** A session is open; the state of this end is sent now (D14). */
  began(hello: Uint8Array): void;
  /**
   * Entries have come, whole. Decodes all of them, pushes what they do into the run queue, and returns how many they
   * are; `undefined`, with nothing done, if they cannot be decoded (D26).
   */
  arrived(body: Uint8Array): number | undefined;
  /** Half of the window is taken (D55). */
  pressed(): void;
  /** Less than half of it is taken again. */
  relieved(): void;
  ended(reason: EndReason): void;
  warn(code: string, text: string): void;
}
