import { filter } from 'rxjs';
import type { Self } from '../../../lib/index.js';
import { brief, collect, type Puppet, reads } from '../../support/runtime.js';
import { type Node, type Nodes, nodesOf } from './nodes.js';

/** Two nodes that are up, each with a process in the hands of the spec. */
export interface Pair extends Omit<Nodes, 'nodes'> {
  readonly a: End;
  readonly b: End;
}

/** One of them. */
export interface End extends Node, Puppet {
  /** Events of its system, in brief. */
  readonly events: string[];
  /** Another process in the hands of the spec. */
  another(name?: string): Puppet;
}

export function pairOf(options: Parameters<typeof nodesOf>[1] = {}): Pair {
  const { nodes, ...others } = nodesOf(['a', 'b'], options);
  const [a, b] = nodes.map(endOf) as [End, End];
  return { ...others, a, b };
}

export function endOf(node: Node): End {
  const { system } = node;
  const another = (name?: string): Puppet => {
    const log: unknown[] = [];
    let self!: Self;
    const behavior = (inbox: Parameters<ReturnType<typeof reads>>[0], me: Self) => {
      self = me;
      return reads(log)(inbox);
    };
    const pid = system.spawn(behavior, name === undefined ? {} : { name });
    system.flush();
    return { pid, self, log };
  };
  const told$ = system.events$.pipe(filter(({ type }) => type !== 'spawned' && type !== 'exited'));
  const events = collect(told$, (event) => {
    switch (event.type) {
      case 'deadLetter':
        return `deadLetter ${event.topic}: ${event.reason}`;
      case 'drop':
        return `drop ${event.reason} ${event.count}`;
      case 'warning':
        return `${event.code}: ${event.message}`;
      case 'nodeUp':
        return `up ${event.node}`;
      case 'nodeDown':
        return `down ${event.node} ${event.reason}`;
      default:
        return event.type;
    }
  });
  return { ...node, ...another(), events, another };
}

/** The reasons of the exits that a process is told of another, as they come. */
export const watching = (self: Self, target: string): string[] =>
  collect(self.monitor(target), ({ reason }) => brief(reason));

/** Traps, and writes down the ends of links and cancels. */
export function trapping(self: Self): string[] {
  self.setOptions({ trapLinks: true });
  return collect(self.signals$, (signal) =>
    signal.kind === 'pid.link.down' ? `down ${brief(signal.reason)}` : 'cancel',
  );
}

/** What a call gives. */
export function outcomeOf(
  self: Pick<Self, 'call'>,
  to: string,
  topic = 'ask',
  payload: unknown = 1,
): unknown[] {
  const log: unknown[] = [];
  self.call(to, topic, payload).subscribe({
    next: (reply) => log.push(reply),
    error: ({ code, message }) => log.push(`${code}: ${message}`),
  });
  return log;
}

/** What each node has with each other. */
export const counts = (...ends: readonly Node[]): unknown[] =>
  ends.flatMap(({ cluster }) =>
    cluster.counts().map(({ monitors, calls, links, owed }) => ({ monitors, calls, links, owed })),
  );

export const NOTHING = { monitors: 0, calls: 0, links: 0, owed: 0 };
