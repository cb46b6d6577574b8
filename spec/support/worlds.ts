import type { Pid, System, SystemOptions } from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import { type TestSystem, testSystem } from '../../lib/testing/live/testSystem.js';
import { quiet } from './runtime.js';
import { type Names, type TwoNodes, twoNodes } from './twoNodes.js';

/**
 * What holds on one node, and is otherwise between two, by the rule that says so. A spec that runs in both worlds asks
 * `either` with one of them; nothing else differs.
 */
export const DIFFERENCES = {
  copies: 'D23: what crosses is a copy',
  far: 'D27, D35: whether the process lives is found out over there; here the link takes it',
  later:
    'D34: a link to a dead process of another node is asked for, and its end is LINK_DOWN noproc',
  pids: 'D1: the PID has the id of its node',
  names: 'R5: a name is known on the own node only',
  watch: 'D32: a monitor arrives over there later; who has ended by then is noproc',
  asked: 'D29: a question waits on both nodes, and where it is read is seen over there only',
  handed: 'D29: a question is answered by the node that was asked',
  ticks: 'D4: a node of a cluster beats, so its clock is never without a timer',
  raced:
    'M3, D11: order is promised between two processes, so what two nodes do at once comes as it comes',
  shared: 'D40: a name that all nodes know begins with @, and has to be asked for',
  home: 'D37: a process joins groups on its own node only, so a list is of one node',
} as const;

/** One system, or two nodes that are used as if they were one. */
export interface World {
  readonly world: string;
  quiet(options?: SystemOptions): System;
  /** The same, where nothing happens before `flush` and `advance`. */
  still(): TestSystem;
  /** The names by which a process is known wherever it is. */
  shared(system: System): Names;
  /** How often a property is tried. */
  readonly runs: number;
  /** What is expected here, of that on one node and that on two. */
  either<T, U>(why: keyof typeof DIFFERENCES, one: T, two: U): T | U;
}

/** For `describe.each`. */
export const WORLDS: readonly World[] = [
  {
    world: 'on one node',
    runs: 150,
    quiet,
    still: testSystem,
    shared: ({ names }) => names,
    either: (_why, one) => one,
  },
  {
    world: 'on two nodes',
    runs: 30,
    quiet: twoNodes,
    still: () => twoNodes() as TestSystem,
    shared: (system) => (system as unknown as TwoNodes).shared,
    either: (_why, _one, two) => two,
  },
];

/** Whether a process lives, as its own node knows it at once. */
export const lives = (system: System, pid: Pid): boolean => system[kernelOf].processes.has(pid);
