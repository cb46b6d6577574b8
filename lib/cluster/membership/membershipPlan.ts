import { type Duration, durationOption, ProcessError } from '../../core/index.js';
import { type NodeIdParts, nodeId, parseNodeId } from './incarnate.js';

/** How a node judges others: who it is, and its times, which it counts in ticks of half a beat (D6). */
export interface MembershipPlan extends NodeIdParts {
  readonly id: string;
  /** Milliseconds from tick to tick. */
  readonly tick: number;
  /** Ticks without a sign of a peer, or of oneself (D6, D8). */
  readonly silence: number;
  /** Ticks of isolation after which every link is down (D8). */
  readonly outage: number;
}

/** Options of `joinCluster`. */
export interface MembershipOptions {
  /** From one sign of life to the next, 10 ms to 1 min; default 500 ms (D4). */
  readonly beat?: Duration | undefined;
  /** How long nothing comes from a node that is taken for lost, at least 3 beats; default 1.5 s (D6). */
  readonly silence?: Duration | undefined;
  /** How long a node may be isolated before it gives up its links; default 10 s (D8). */
  readonly outage?: Duration | undefined;
}

/** @throws ProcessError `Invalid`, for an id that `incarnate` does not give (D1), or an option. */
export function membershipPlan(id: unknown, options: MembershipOptions = {}): MembershipPlan {
  const parts = parseNodeId(id);
  if (parts === undefined) {
    const hint = 'createSystem({ node: incarnate(name) }) gives one (D1)';
    throw new ProcessError('Invalid', `the system's node is no id of a cluster's node: ${hint}`);
  }
  const duration = (name: keyof MembershipOptions, millis: number): number => {
    const { [name]: given = millis } = options;
    return durationOption(name, given);
  };
  const beat = duration('beat', 500);
  const silence = duration('silence', 1_500);
  const outage = duration('outage', 10_000);
  if (beat < 10 || beat > 60_000) {
    throw new ProcessError('Invalid', `beat: ${beat} ms is not between 10 ms and 1 min (D4)`);
  }
  if (silence < 3 * beat) {
    const text = `silence: ${silence} ms is less than 3 beats of ${beat} ms (D6)`;
    throw new ProcessError('Invalid', text);
  }
  const tick = beat / 2;
  const ticks = (millis: number): number => Math.ceil(millis / tick);
  return { ...parts, id: nodeId(parts), tick, silence: ticks(silence), outage: ticks(outage) };
}
