import type { Frame } from '../wire/frame.js';
import { WINDOW, Window, type WindowLimits } from './window.js';

/** A link between two nodes: where it stands, its present session, and what it has counted. Changed in place by `step`. */
export interface State {
  /**
   * `greeting` until a peer has answered with the tag of this session; `open`; `over` when one end has left or was
   * refused: it only acknowledges; `closed`: it does nothing.
   */
  phase: 'greeting' | 'open' | 'over' | 'closed';
  session: Session;
  readonly limits: WindowLimits;
  /** Whether the transport is up; while it is not, nothing is published (D15). */
  isUp: boolean;
  /** Whether this end leaves, so that no other session is begun. */
  isLeaving: boolean;
  readonly counters: Counters;
  effects: Effect[];
}

/** All that belongs to one session; another session has another one (D10). */
export interface Session {
  readonly mine: number;
  /** 0 until it is open. */
  theirs: number;
  readonly window: Window;

  /** The last number that was sent. */
  sent: number;
  /** The last of mine that the peer has acknowledged. Invariant: `kept` has exactly the numbers above it, up to `sent`. */
  acked: number;
  readonly kept: Map<number, Kept>;
  /** Until then the peer gets nothing a second time (D13). */
  quietUntil: number;
  /** When `acked` last rose, or a frame was kept while there was none. */
  progressAt: number;
  /** The number of my bye; 0 before it. */
  bye: number;

  /** The last of the peer's numbers that was taken; what comes next is one more. */
  received: number;
  /** The last that is known to have been sent. It is above `received` while there is a gap. */
  seen: number;
  /** The last whose entries were handed over in a drain that has ended (D12), and the last that the peer was told. */
  delivered: number;
  told: number;
  /** What was delivered since the peer was told. */
  owed: { entries: number; bytes: number };
  /** The pieces of an entry that goes on. */
  pieces: Uint8Array[];
  pieceBytes: number;
  /** Bytes that were taken and are not delivered yet, those of pieces included. */
  inHand: number;
  /** The number of the peer's bye; 0 before it. */
  peerBye: number;

  /** Which timers run. */
  readonly timers: Set<Timer>;
}

/** A frame that is sent again if it must be. */
export interface Kept {
  readonly bytes: Uint8Array;
  readonly entries: number;
  readonly size: number;
  /** When it was published; NaN if it was not, or again: then nobody knows what the acknowledgement is for. */
  at: number;
}

/** `hello` repeats it, `ack` acknowledges alone, `ask` looks for progress, `gap` asks for what is missing, `bye` gives up. */
export type Timer = 'hello' | 'ack' | 'ask' | 'gap' | 'bye';

/** What a link has counted since it was made (D67). */
export interface Counters {
  sessions: number;
  entriesIn: number;
  bytesIn: number;
  entriesOut: number;
  bytesOut: number;
  /** Frames that were sent again. */
  again: number;
  /** How often something was missing. */
  gaps: number;
  /** Milliseconds from a frame to its acknowledgement, smoothed; it includes the peer's delay. */
  roundTrip: number | undefined;
}

/** What `stats` gives for a link. */
export interface LinkStats extends Counters {
  readonly unacknowledged: { readonly entries: number; readonly bytes: number };
}

export type Event =
  | { readonly type: 'transport'; readonly isUp: boolean }
  | { readonly type: 'frame'; readonly frame: Frame }
  /** Bytes that are no frame, or a body that is no entries (D26). */
  | { readonly type: 'garbled' }
  /** A drain has ended that handed over what had come, and had entries to send. */
  | {
      readonly type: 'drained';
      readonly delivered: Delivered | undefined;
      readonly entries: readonly Uint8Array[];
      readonly bye: boolean;
    }
  | { readonly type: 'timer'; readonly timer: Timer }
  /** More exempt entries wait than may (D16). */
  | { readonly type: 'exceeded' }
  | { readonly type: 'leave'; readonly millis: number }
  | { readonly type: 'close' };

/** Up to which number the peer's frames were delivered, and what was in those since the last time. */
export interface Delivered {
  readonly number: number;
  readonly entries: number;
  readonly bytes: number;
}

export type Effect =
  | { readonly type: 'publish'; readonly bytes: Uint8Array }
  | { readonly type: 'wake'; readonly timer: Timer; readonly millis: number }
  | { readonly type: 'began'; readonly hello: Uint8Array }
  /** The body of the frame with this number, joined; it may be empty. */
  | { readonly type: 'deliver'; readonly number: number; readonly body: Uint8Array }
  | { readonly type: 'relieved' }
  | { readonly type: 'ended'; readonly reason: EndReason }
  | { readonly type: 'warn'; readonly code: string; readonly text: string };

/**
 * `reset`: it could not go on, and another session begins by itself. The others are for good: `left`: the peer has
 * said bye; `bye`: this end has; `refused`: the two do not fit (D25).
 */
export type EndReason = 'reset' | 'left' | 'bye' | 'refused';

/** What a step needs to know of its surroundings. */
export interface World {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** A random whole number from 1 to 2³² − 1. */
  drawTag(): number;
  /** Bytes of the largest entry, of either end (D22). */
  readonly maxMessage: number;
  /** Bytes of the largest frame, its header included (D22). */
  maxFrame(): number;
  /** What this end says of itself. */
  readonly hello: Uint8Array;
  /** Why what the peer says of itself does not fit. */
  judge(hello: Uint8Array): string | undefined;
}

/** A link before anything was sent; it greets as soon as the transport is up. */
export function initial(world: World, limits = WINDOW): State {
  const counters = {
    sessions: 0,
    entriesIn: 0,
    bytesIn: 0,
    entriesOut: 0,
    bytesOut: 0,
    again: 0,
    gaps: 0,
    roundTrip: undefined,
  };
  const session = newSession(world, limits);
  const phase = 'greeting';
  return { phase, session, limits, isUp: false, isLeaving: false, counters, effects: [] };
}

export function newSession(world: World, limits: WindowLimits): Session {
  return {
    mine: world.drawTag(),
    theirs: 0,
    window: new Window(limits),
    sent: 0,
    acked: 0,
    kept: new Map(),
    quietUntil: 0,
    progressAt: 0,
    bye: 0,
    received: 0,
    seen: 0,
    delivered: 0,
    told: 0,
    owed: { entries: 0, bytes: 0 },
    pieces: [],
    pieceBytes: 0,
    inHand: 0,
    peerBye: 0,
    timers: new Set(),
  };
}
