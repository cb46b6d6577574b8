import type { TransportState } from '../transport/transport.js';
import type { Beat, BeatState } from './beat.js';
import type { NodeIdParts } from './incarnate.js';
import type { MembershipPlan } from './membershipPlan.js';

/** What a node knows of itself and of others; `step` changes it in place. */
export interface State {
  readonly plan: MembershipPlan;
  /** Of its own beats. */
  readonly tag: number | undefined;
  readonly peers: Map<string, Peer>;
  phase: Phase;
  ask: Ask;
  isReady: boolean;
  /** Whether the transport says that it is connected. */
  isConnected: boolean;
  ticks: number;
  /** Whether an own beat was heard since the last tick, and the ticks without one before that. */
  hasHeardItself: boolean;
  ownSilence: number;
  /** The same, but since the transport was connected: over a slow one the first beat takes its time. */
  unheard: number;
  /** An asker is answered once a tick, however often it asks. */
  hasAnswered: boolean;
  /** The tick in which it was last told that another node has this id. */
  toldOfDuplicate: number;
  /** Ids that are known to be lost, until something is heard of them: who uses their PIDs need not wait (D3). */
  readonly lost: Set<string>;
  /** Whether it was said already that no further node is taken. */
  isFull: boolean;
  effects: Effect[];
}

/** `connecting` and `asking`: it has not joined (D5); `leaving`: no link begins any more (D63). */
export type Phase = 'connecting' | 'asking' | 'up' | 'leaving' | 'left';

/** A question whether the name is free, or the wait before it is put a second time (D5). */
export interface Ask {
  readonly type: 'asking' | 'waiting';
  readonly isSecond: boolean;
  /** Whether it was heard here, so by everybody; until then no tick counts. */
  isHeard: boolean;
  /** Counted since then, also when it has joined. */
  ticks: number;
}

/** Another node, as it is known here. */
export interface Peer extends NodeIdParts {
  readonly id: string;
  /** `heard`: no link, because it has not joined or this node has not; `up`: its state is complete (D14). */
  phase: 'heard' | 'beginning' | 'up';
  /** What it last said of itself; nothing yet if only a PID of it was used. */
  said: BeatState | undefined;
  /** What the hello of its link gave. */
  meta: unknown;
  /** Whether something came of it since the last tick, and the ticks without a sign before that. */
  hasSign: boolean;
  silence: number;
  /** The silence at which it is lost; a 503 makes it less (D7). */
  deadline: number;
  /** Ticks for which those have waited who need to know whether it is there (D32). */
  waited: number;
}

/** Why a link ends. */
export type DownReason = 'silent' | 'left' | 'replaced' | 'reset' | 'isolated';

/** What `cluster.status$` says. */
export type ClusterStatus = 'connecting' | 'up' | 'isolated' | 'left';

export type Event =
  | { readonly type: 'tick' }
  | { readonly type: 'beat'; readonly beat: Beat }
  /** Any frame of a peer but the first ones: a sign of life. */
  | { readonly type: 'sign'; readonly id: string }
  /** A hello or welcome has come, so this incarnation lives (D5). */
  | { readonly type: 'hello'; readonly id: string }
  /** Its state is complete (D14). */
  | { readonly type: 'linked'; readonly id: string; readonly meta: unknown }
  /** The link has ended: the peer began anew or a frame was bad (`reset`), or it said bye (`left`). */
  | { readonly type: 'ended'; readonly id: string; readonly reason: 'reset' | 'left' }
  /** A 503 came for a frame (D7). */
  | { readonly type: 'refused'; readonly id: string }
  /** Somebody needs a process of this node (D4). */
  | { readonly type: 'used'; readonly id: string }
  | { readonly type: 'transport'; readonly state: TransportState }
  | { readonly type: 'leave' }
  /** The transport has ended, after `leave` or for good (D66). */
  | { readonly type: 'closed' };

export type Effect =
  | { readonly type: 'beat'; readonly state: BeatState }
  | { readonly type: 'reconnect' }
  | { readonly type: 'begin'; readonly id: string }
  | { readonly type: 'up'; readonly id: string; readonly meta: unknown }
  /** The link that began ends; only where it was up are users told `node.down`. */
  | {
      readonly type: 'end';
      readonly id: string;
      readonly reason: DownReason;
      readonly wasUp: boolean;
    }
  /** Who waits for a decision has waited long enough (D32): `absence` says what to tell. A link that begins goes on. */
  | { readonly type: 'absent'; readonly id: string }
  /** `isolated` begins a time in which the `@` names are suspended; the `up` after it ends that (D8). */
  | { readonly type: 'status'; readonly status: ClusterStatus }
  /** Linked to everybody who was heard in the first beat, or who has not come up within `silence`. */
  | { readonly type: 'ready' }
  /** Another node has the name: AlreadyExists (D5). The status `left` follows. */
  | { readonly type: 'taken' }
  /** Another living node has not only the name, but the whole id; said once a minute while that is so. */
  | { readonly type: 'duplicate' }
  /** A further node than `MAX_PEERS` is not taken in; said once until there is room again. */
  | { readonly type: 'full' };

/** Nodes and incarnations that are known at once, so that nobody fills the memory by beats under many names. */
export const MAX_PEERS = 1_000;

/** A node that has not connected yet. */
export function initial(plan: MembershipPlan, tag?: number): State {
  return {
    plan,
    tag,
    peers: new Map(),
    phase: 'connecting',
    ask: { type: 'asking', isSecond: false, isHeard: false, ticks: 0 },
    isReady: false,
    isConnected: false,
    ticks: 0,
    hasHeardItself: false,
    ownSilence: 0,
    unheard: 0,
    hasAnswered: false,
    toldOfDuplicate: Number.NEGATIVE_INFINITY,
    lost: new Set(),
    isFull: false,
    effects: [],
  };
}
