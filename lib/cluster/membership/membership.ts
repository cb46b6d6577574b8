import { interval, type SchedulerLike, Subscription } from 'rxjs';
import type { Delivery, Transport } from '../transport/transport.js';
import { type Absence, absence } from './absence.js';
import { type Beat, MAX_BEAT, readBeat, writeBeat } from './beat.js';
import { drawTag } from './incarnate.js';
import type { MembershipPlan } from './membershipPlan.js';
import { type Effect, type Event, initial, type Peer, type State } from './state.js';
import { step } from './step.js';

/**
 * Who is up, as one node sees it: publishes its beats, hears everybody's, and counts silence in its own ticks.
 *
 * The room `membership` decides, and does nothing to a link: begin here; `step` takes the decisions, `state.ts` has
 * what may happen and what follows, `incarnate` the ids.
 */
export class Membership {
  readonly #ports: MembershipPorts;
  readonly #state: State;
  readonly #running = new Subscription();
  /** Effects in order, also of events that come while one is performed. */
  readonly #effects: Effect[] = [];
  #isPerforming = false;

  constructor(ports: MembershipPorts) {
    this.#ports = ports;
    this.#state = initial(ports.plan, drawTag());
  }

  /** Begins to hear and to count; apart from the constructor because the first news may come at once. */
  start(): void {
    const { transport, beats, plan, scheduler } = this.#ports;
    const closed = (): void => this.take({ type: 'closed' });
    this.#running.add(
      transport.subscribe(beats.subject('*'), (delivery) => this.#receive(delivery)),
    );
    this.#running.add(
      transport.state$.subscribe({
        next: (state) => this.take({ type: 'transport', state }),
        error: closed,
        complete: closed,
      }),
    );
    this.#running.add(interval(plan.tick, scheduler).subscribe(() => this.take({ type: 'tick' })));
  }

  /** Ends hearing and counting; nothing is told any more. */
  stop(): void {
    this.#running.unsubscribe();
  }

  /** Takes what has happened to the transport or a link. The state is new on return; news may still be on their way. */
  take(event: Event): void {
    this.#effects.push(...step(this.#state, event));
    if (this.#isPerforming) return;
    this.#isPerforming = true;
    try {
      for (let next = this.#effects.shift(); next; next = this.#effects.shift())
        this.#perform(next);
    } finally {
      this.#isPerforming = false;
    }
  }

  /** What becomes of a PID of this node; a link begins with one that is unknown (D4). */
  use(id: string): Absence {
    this.take({ type: 'used', id });
    return absence(this.#state, id);
  }

  /** The same, and nothing begins. */
  absence(id: string): Absence {
    return absence(this.#state, id);
  }

  /** Everybody who is known here, made when asked. */
  nodes(): readonly NodeView[] {
    return [...this.#state.peers.values()].map(({ name, id, meta, phase, said, silence }) => ({
      name,
      id,
      meta,
      state: phase === 'up' && said === 'leaving' ? said : phase,
      silence,
    }));
  }

  #receive({ subject, bytes, isRefusal }: Delivery): void {
    if (isRefusal || bytes.length > MAX_BEAT) return;
    const { beats } = this.#ports;
    const beat = readBeat(beats.decode(bytes));
    // The server checks the subject, so nobody beats for another (D62).
    if (beat !== undefined && subject === beats.subject(beat.name)) {
      this.take({ type: 'beat', beat });
    }
  }

  #perform(effect: Effect): void {
    const { transport, plan, beats, warn, tell } = this.#ports;
    switch (effect.type) {
      case 'beat': {
        const beat: Beat = { ...plan, state: effect.state, tag: this.#state.tag };
        return transport.publish(beats.subject(plan.name), beats.encode(writeBeat(beat)));
      }
      case 'reconnect':
        return transport.reconnect();
      case 'full':
        return warn('cluster_full', 'more nodes than are taken in');
      case 'duplicate':
        return warn('cluster_duplicate', `another node has the id ${plan.id} as well: ${ADVICE}`);
      default:
        if (effect.type === 'status' && effect.status === 'left') this.stop();
        tell(effect);
    }
  }
}

/** What a membership needs. */
export interface MembershipPorts {
  readonly plan: MembershipPlan;
  readonly transport: Transport;
  /** Ticks are on it. */
  readonly scheduler: SchedulerLike;
  readonly beats: BeatPort;
  readonly warn: (code: string, text: string) => void;
  /** Told what to do with the links, and what users are to know, in order. May call back at once. */
  readonly tell: (news: News) => void;
}

/** How beats travel. */
export interface BeatPort {
  /** The subject of a node's beats, `*` for all (D18). */
  subject(name: string): string;
  encode(beat: readonly unknown[]): Uint8Array;
  /** Never throws: `undefined` for what cannot be decoded. */
  decode(bytes: Uint8Array): unknown;
}

/** What others perform. */
export type News = Exclude<Effect, { type: 'beat' | 'reconnect' | 'full' | 'duplicate' }>;

const ADVICE = 'give each its own name, and have incarnate() draw the rest (D1, D5)';

/** A node as it is seen here. */
export interface NodeView {
  readonly name: string;
  readonly id: string;
  readonly meta: unknown;
  /** `leaving`: it is up, and has said that it leaves. */
  readonly state: Peer['phase'] | 'leaving';
  /** Ticks without a sign of it. */
  readonly silence: number;
}
