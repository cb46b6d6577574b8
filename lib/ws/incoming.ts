import type { Subscriber } from 'rxjs';
import type { WebSocket } from 'ws';
import type { SocketEvent, Valve } from '../relay/index.js';
import type { Awaited } from './deadlines.js';
import { HeldFrames } from './heldFrames.js';
import type { Intake } from './intake.js';
import { PacedReceiver, type PacePort } from './pacedReceiver.js';
import type { Rates } from './rates.js';

/** What comes in on one socket: frames wait while their target is busy, and the client while it is too fast. */
export class Incoming implements PacePort {
  readonly #ws: WebSocket;
  readonly #holder: { hold(bytes: number): void };
  readonly intake: Intake;
  rates: Rates | undefined;
  #subscriber: Subscriber<SocketEvent> | undefined;
  #valve: Valve | undefined;
  /** The frames that wait for the valve; `undefined` while the socket is read. */
  #held: HeldFrames | undefined;
  /** Whether there was a time without reading, of a turn or longer, since somebody has asked for it. */
  #wasStill = false;
  /** What it waited for at the last look, and for how many looks; `undefined` if that has come since. */
  #awaited: Awaited | undefined;
  #looks = 0;

  constructor(ws: WebSocket, intake: Intake, holder: { hold(bytes: number): void }) {
    this.#ws = ws;
    this.#holder = holder;
    this.intake = intake;
    PacedReceiver.pace(ws, this);
  }

  subscribe(subscriber: Subscriber<SocketEvent>): void {
    this.#subscriber = subscriber;
  }

  throttle(valve: Valve): void {
    this.#valve = valve;
  }

  /** How many frames wait for the valve. */
  get held(): number {
    return this.#held?.count ?? 0;
  }

  /** How many bytes of the client are in memory and not handed over yet, about and at most. */
  get unread(): number {
    return PacedReceiver.unreadOf(this.#ws) + (this.#held?.bytes ?? 0);
  }

  /** Whether the client was not read at some time since the last call, so that its pong may be missing. */
  wasStill(): boolean {
    const was = this.#wasStill || this.#held !== undefined;
    this.#wasStill = false;
    return was;
  }

  // --- events ---------------------------------------------------------------------------------------

  /** Hands an event over that does not wait behind the frames that are held. */
  next(event: SocketEvent): void {
    this.#subscriber?.next(event);
  }

  /** Hands a frame over, unless the valve says no: then it is held, and the socket is not read. */
  take(frame: Frame): void {
    if (this.#held !== undefined) {
      this.#held.push(frame);
    } else if (this.#valve?.ready() === false) {
      this.#held = new HeldFrames();
      this.#held.push(frame);
      this.#ws.pause();
    } else {
      return this.#handOver(frame);
    }
    this.hold(frame.size);
  }

  /** So many bytes more wait here. */
  hold(bytes: number): void {
    this.#holder.hold(bytes);
  }

  /** Hands the end of the socket over, behind the frames that are held. */
  close(closed: SocketEvent): void {
    if (this.#held === undefined) this.next(closed);
    else this.#held.closed = closed;
  }

  resume(): void {
    const held = this.#held;
    if (held === undefined) return;
    // Each frame may make the target busy again; then the others wait on, in order.
    while (held.count > 0) {
      if (this.#valve?.ready() === false) return;
      this.#handOver(held.shift());
    }
    // A frame may have caused another `resume`, which has done the rest already.
    if (this.#held !== held) return;
    this.#held = undefined;
    this.#wasStill = true;
    if (held.closed !== undefined) this.next(held.closed);
    this.#ws.resume();
  }

  #handOver(frame: Frame): void {
    this.#awaited = undefined;
    this.#subscriber?.next(frame);
  }

  // --- limits ---------------------------------------------------------------------------------------

  readLater(): void {
    this.#wasStill = true;
  }

  overRate(): void {
    const { rates } = this;
    if (rates === undefined || rates.wasOver) return;
    rates.wasOver = true;
    this.next(this.intake.closes ? { type: 'exceeded', limit: 'rate' } : { type: 'limited' });
  }

  /** A message goes out, so the connection is not idle. */
  stir(): void {
    if (this.#awaited === 'idle') this.#awaited = undefined;
  }

  /** Looks, each `tick` milliseconds, at what the connection waits for, and tells if it does for too long (Q9). */
  watch(tick: number): void {
    const awaited = this.#awaits();
    if (awaited === undefined || awaited !== this.#awaited) {
      this.#awaited = awaited;
      this.#looks = 0;
    } else if (++this.#looks * tick >= this.intake.deadlines[awaited]) {
      this.next({ type: 'exceeded', limit: awaited });
    }
  }

  /** `undefined`: nothing that has a deadline here. */
  #awaits(): Awaited | undefined {
    if (this.#held !== undefined) return this.#valve?.isVacant ? undefined : 'hold';
    // The client may have sent what would be awaited.
    if (this.rates?.hurry !== undefined) return undefined;
    return PacedReceiver.of(this.#ws).isBegun ? 'message' : 'idle';
  }
}

type Frame = Extract<SocketEvent, { type: 'frame' }>;
