import type { BeatState } from '../../../lib/cluster/membership/beat.js';
import { parseNodeId } from '../../../lib/cluster/membership/incarnate.js';
import {
  type MembershipOptions,
  membershipPlan,
} from '../../../lib/cluster/membership/membershipPlan.js';
import {
  type Effect,
  type Event,
  initial,
  type State,
} from '../../../lib/cluster/membership/state.js';
import { step } from '../../../lib/cluster/membership/step.js';

/** A membership that is told events in words, and writes its effects down in words. */
export class Told {
  readonly state: State;
  /** Whether it hears its own beats, as one does whose connection works. */
  hearsItself = true;

  constructor(id: string, options: MembershipOptions = {}, tag?: number) {
    this.state = initial(membershipPlan(id, options), tag);
  }

  /**
   * Words: `tick`, `transport up`, `leave`, `closed`; of a node `b~1 up`, `b~1 asking`, `b~1 leaving` (its beats),
   * `b~1 sign`, `b~1 hello`, `b~1 linked`, `b~1 reset`, `b~1 bye`, `b~1 503`, `b~1 used`; a number before them repeats.
   */
  told(...words: string[]): string[] {
    return words.flatMap((word) => {
      const [, count = '1', text = ''] = /^(?:(\d+) )?(.*)$/.exec(word) ?? [];
      return Array.from({ length: Number(count) }, () => this.take(eventOf(text))).flat();
    });
  }

  /** The same, without the beats. */
  news(...words: string[]): string[] {
    return this.told(...words).filter((effect) => !effect.startsWith('beat'));
  }

  take(event: Event): string[] {
    return step(this.state, event).flatMap((effect) => {
      if (effect.type !== 'beat' || !this.hearsItself) return [show(effect)];
      const { plan, tag } = this.state;
      const { name, incarnation } = plan;
      const beat = { name, incarnation, state: effect.state, tag };
      return [show(effect), ...this.take({ type: 'beat', beat })];
    });
  }
}

/** One that has joined, and is up with the peers. */
export function joined(id: string, ...peers: string[]): Told {
  const node = new Told(id);
  node.told('transport up', '2 tick');
  for (const peer of peers) node.told(`${peer} up`, `${peer} hello`, `${peer} linked`);
  node.told('tick', 'tick', ...peers.map((peer) => `${peer} up`), 'tick');
  return node;
}

export function eventOf(text: string): Event {
  const [id = '', what = ''] = text.split(' ');
  if (id === 'tick' || id === 'leave' || id === 'closed') return { type: id };
  if (id === 'transport') return { type: id, state: what as 'up' };
  switch (what) {
    case 'sign':
    case 'hello':
    case 'used':
      return { type: what, id };
    case 'linked':
      return { type: what, id, meta: { zone: id } };
    case '503':
      return { type: 'refused', id };
    case 'reset':
      return { type: 'ended', id, reason: 'reset' };
    case 'bye':
      return { type: 'ended', id, reason: 'left' };
    default: {
      const parts = parseNodeId(id);
      if (parts === undefined) throw new Error(`no event: ${text}`);
      return { type: 'beat', beat: { ...parts, state: what as BeatState } };
    }
  }
}

/** An effect in two or three words: `beat up`, `begin b~1`, `down b~1 silent` of one that was up, else `end b~1 silent`. */
export function show(effect: Effect): string {
  switch (effect.type) {
    case 'beat':
      return `beat ${effect.state}`;
    case 'begin':
    case 'up':
    case 'absent':
      return `${effect.type} ${effect.id}`;
    case 'end':
      return `${effect.wasUp ? 'down' : 'end'} ${effect.id} ${effect.reason}`;
    case 'status':
      return `status ${effect.status}`;
    default:
      return effect.type;
  }
}
