import { merge, type Observable } from 'rxjs';
import { incarnate, joinCluster } from '../../lib/cluster/index.js';
import { durationOption } from '../../lib/core/index.js';
import type {
  Duration,
  Message,
  Pid,
  SpawnOptions,
  System,
  SystemOptions,
} from '../../lib/index.js';
import { kernelOf, type Process } from '../../lib/runtime/index.js';
import { memoryNats } from '../../lib/testing/cluster/memoryNats.js';
import { type TestSystem, testSystem } from '../../lib/testing/live/testSystem.js';
import { Clock, moveOn, quiet } from './runtime.js';

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
} as const;

/** One system, or two nodes that are used as if they were one. */
export interface World {
  readonly world: string;
  quiet(options?: SystemOptions): System;
  /** The same, where nothing happens before `flush` and `advance`. */
  still(): TestSystem;
  /** How often a property is tried. */
  readonly runs: number;
  /** What is expected here, of that on one node and that on two. */
  either<T, U>(why: keyof typeof DIFFERENCES, one: T, two: U): T | U;
}

/** For `describe.each`. */
export const WORLDS: readonly World[] = [
  { world: 'on one node', runs: 150, quiet, still: testSystem, either: (_why, one) => one },
  {
    world: 'on two nodes',
    runs: 30,
    quiet: twoNodes,
    still: () => twoNodes() as TestSystem,
    either: (_why, _one, two) => two,
  },
];

/** Whether a process lives, as its own node knows it at once. */
export const lives = (system: System, pid: Pid): boolean => system[kernelOf].processes.has(pid);

/** Two nodes that know each other, on a clock that shows 0. */
function twoNodes(options: SystemOptions = {}): System {
  return new TwoNodes(options) as unknown as System;
}

/** Milliseconds until the nodes are up. */
const WARM = 2_500;

/**
 * The two ends of everything are on two nodes: processes are spawned on `b` and `a` in turn, and what is done from outside
 * to a process comes from the node where it is not. Between them is no time, so a deadline is what it is on one node.
 */
export class TwoNodes {
  readonly #nodes: readonly [TestSystem, TestSystem];
  readonly #clock: Clock;
  readonly #queue: { readonly idle: boolean };
  #spawned = 0;

  constructor({ scheduler, ...options }: SystemOptions) {
    const clock = (scheduler as Clock | undefined) ?? new Clock();
    clock.frame = -WARM;
    const nats = memoryNats({ scheduler: clock, latency: 0 });
    const join = (name: string): TestSystem => {
      const system = testSystem({ ...options, scheduler: clock, node: incarnate(name, '1') });
      joinCluster(system, { transport: nats.transport() });
      return system;
    };
    this.#clock = clock;
    this.#queue = {
      get idle() {
        return clock.actions.every(({ delay }) => delay > clock.frame);
      },
    };
    this.#nodes = [join('a'), join('b')];
    clock.advance(WARM);
  }

  /** Does all that is due now, on both nodes and between them. */
  [moveOn](): void {
    this.flush();
  }

  flush(): void {
    this.#clock.advance(0);
  }

  advance(duration: Duration): void {
    this.#clock.advance(durationOption('duration', duration));
  }

  get #next(): TestSystem {
    this.#spawned += 1;
    return this.#nodes[this.#spawned % 2] as TestSystem;
  }

  #home(to: unknown): TestSystem | undefined {
    const isHere = (node: TestSystem) => node[kernelOf].resolve(to as Pid) !== undefined;
    return (
      this.#nodes.find(isHere) ??
      this.#nodes.find((node) => `${to}`.startsWith(`{${node[kernelOf].node}@`))
    );
  }

  /** Where somebody is who is not on the node of a process. A name is known on its own node only. */
  #far(to: unknown): TestSystem {
    const [a, b] = this.#nodes;
    const isPid = `${to}`.startsWith('{');
    const home = this.#home(to);
    return isPid && home === a ? b : isPid || home === undefined ? a : home;
  }

  spawn = ((behavior: never, options?: SpawnOptions) =>
    this.#next.spawn(behavior, options)) as System['spawn'];
  exec = ((behavior: never, options?: SpawnOptions) =>
    this.#next.exec(behavior, options)) as System['exec'];
  define: System['define'] = (id, behavior) => {
    for (const node of this.#nodes) node.define(id, behavior);
  };
  send = ((to: Pid, topic: string, payload?: unknown) =>
    this.#far(to).send(to, topic, payload)) as System['send'];
  call = ((to: Pid, topic: string, ...rest: [never]) =>
    this.#far(to).call(to, topic, ...rest)) as System['call'];
  monitor: System['monitor'] = (to) => this.#far(to).monitor(to);
  terminate: System['terminate'] = (to) => this.#far(to).terminate(to);
  cancel: System['cancel'] = (to, options) => this.#far(to).cancel(to, options);
  exit: System['exit'] = (to, reason) => this.#far(to).exit(to, reason);

  get events$(): System['events$'] {
    return merge(...this.#nodes.map(({ events$ }) => events$)) as Observable<never>;
  }

  get scheduler(): System['scheduler'] {
    return this.#clock;
  }

  processes(): ReturnType<System['processes']> {
    return this.#nodes.flatMap((node) => node.processes());
  }

  readonly names = {
    lookup: (name: string) => this.#home(name)?.names.lookup(name),
    register: (name: string, pid: Pid) => this.#home(pid)?.names.register(name, pid),
  };

  /** Its tables, as far as specs look into them. */
  get [kernelOf]() {
    const kernels = this.#nodes.map((node) => node[kernelOf]);
    const all = (): Process[] => kernels.flatMap(({ processes }) => [...processes.values()]);
    const find = (pid: Pid) => all().find((process) => process.pid === pid);
    const sum = (size: (kernel: (typeof kernels)[0]) => number) =>
      kernels.reduce((total, kernel) => total + size(kernel), 0);
    const reply = (from: Pid, message: Message, payload: unknown): void =>
      this.#home(from)?.[kernelOf].calls.reply(from, message, payload);
    return {
      queue: this.#queue,
      processes: {
        get: find,
        has: (pid: Pid) => find(pid) !== undefined,
        values: all,
        size: all().length,
      },
      calls: { size: sum(({ calls }) => calls.size), reply },
      names: { size: sum(({ names }) => names.size) },
      groups: { size: sum(({ groups }) => groups.size) },
      hosts: { all: () => kernels.flatMap(({ hosts }) => hosts.all()) },
    };
  }
}
