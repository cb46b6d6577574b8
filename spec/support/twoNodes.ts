import { expect } from '@jest/globals';
import { merge, type Observable } from 'rxjs';
import { type Cluster, incarnate, joinCluster } from '../../lib/cluster/index.js';
import { durationOption } from '../../lib/core/index.js';
import type {
  Duration,
  Groups,
  Message,
  Pid,
  SpawnOptions,
  System,
  SystemOptions,
} from '../../lib/index.js';
import { kernelOf, type Process } from '../../lib/runtime/index.js';
import { memoryNats } from '../../lib/testing/cluster/memoryNats.js';
import { type TestSystem, testSystem } from '../../lib/testing/live/testSystem.js';
import { Clock, moveOn } from './runtime.js';

/** Two nodes that know each other, on a clock that shows 0. */
export function twoNodes(options: SystemOptions = {}): System {
  return new TwoNodes(options) as unknown as System;
}

/** What gives names and takes them back. */
export type Names = Pick<System['names'], 'register' | 'unregister' | 'lookup'>;

type Kernel = System[typeof kernelOf];

/** Milliseconds until the nodes are up. */
const WARM = 2_500;

/**
 * The two ends of everything are on two nodes: processes are spawned on `b` and `a` in turn, and what is done from outside
 * to a process comes from the node where it is not. Between them is no time, so a deadline is what it is on one node.
 */
export class TwoNodes {
  readonly #nodes: readonly [TestSystem, TestSystem];
  readonly #clusters = new Map<TestSystem, Cluster>();
  readonly #clock: Clock;
  readonly #queue: { readonly idle: boolean };
  #spawned = 0;

  constructor({ scheduler, ...options }: SystemOptions) {
    const clock = (scheduler as Clock | undefined) ?? new Clock();
    clock.frame = -WARM;
    const nats = memoryNats({ scheduler: clock, latency: 0 });
    const join = (name: string): TestSystem => {
      const system = testSystem({ ...options, scheduler: clock, node: incarnate(name, '1') });
      this.#clusters.set(system, joinCluster(system, { transport: nats.transport() }));
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

  /** Of the node of the first process. */
  shutdown: System['shutdown'] = (options) => this.#nodes[1].shutdown(options);

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
    unregister: (name: string) =>
      this.#nodes.map(({ names }) => names.unregister(name)).includes(true),
  };

  /** The names of the cluster, asked for at home: what a call is for is done when it returns, on both nodes. */
  readonly shared: Names = {
    register: (name, pid) => {
      let outcome: unknown = 'nothing';
      const home = this.#home(pid) ?? this.#nodes[0];
      this.#namesOf(home)
        .register(name, pid)
        .subscribe({ error: (error) => (outcome = error), complete: () => (outcome = undefined) });
      this.flush();
      if (outcome !== undefined) throw outcome;
    },
    unregister: (name) => {
      const all = this.#nodes.map((node) => this.#namesOf(node).unregister(name));
      this.flush();
      return all.includes(true);
    },
    lookup: (name) => {
      const [a, b] = this.#nodes.map((node) => this.#namesOf(node).lookup(name));
      expect(a).toBe(b);
      return a;
    },
  };

  #namesOf(node: TestSystem): Cluster['names'] {
    return (this.#clusters.get(node) as Cluster).names;
  }

  get groups(): System['groups'] {
    const scope = (name: string) => this.#groups(({ groups }) => groups.scope(name));
    return { ...this.#groups(({ groups }) => groups), scope };
  }

  /** Who joins does so at home (D37). Lists are those of `b`, and `a` has to have the same; own members come first (D46). */
  #groups(of: (node: TestSystem) => Groups): Groups {
    const [a, b] = this.#nodes.map(of) as [Groups, Groups];
    const at = (pids: unknown): Groups => of(this.#home([pids].flat()[0]) ?? this.#nodes[1]);
    return {
      ...b,
      join: (group, pids) => at(pids).join(group, pids),
      leave: (group, pids) => at(pids).leave(group, pids),
      members: (group) => {
        const list = b.members(group);
        expect(list.toSorted()).toEqual(a.members(group).toSorted());
        return list;
      },
    };
  }

  /** Its tables, as far as specs look into them. */
  get [kernelOf]() {
    const kernels = this.#nodes.map((node) => node[kernelOf]);
    const all = (): Process[] => kernels.flatMap(({ processes }) => [...processes.values()]);
    const find = (pid: Pid) => all().find((process) => process.pid === pid);
    const sum = (size: (kernel: (typeof kernels)[0]) => number) =>
      kernels.reduce((total, kernel) => total + size(kernel), 0);
    const reply = (from: Pid, message: Message, payload: unknown): void =>
      this.#home(from)?.[kernelOf].calls.reply(from, message, payload);
    const signal: Kernel['signal'] = (pid, command) =>
      this.#home(pid)?.[kernelOf].signal(pid, command) ?? false;
    return {
      queue: this.#queue,
      signal,
      processes: {
        get: find,
        has: (pid: Pid) => find(pid) !== undefined,
        values: all,
        size: all().length,
      },
      calls: { size: sum(({ calls }) => calls.size), reply },
      names: { size: sum(({ names }) => names.size) },
      // A scope that both have is one.
      groups: { size: Math.max(...kernels.map(({ groups }) => groups.size)) },
      hosts: { all: () => kernels.flatMap(({ hosts }) => hosts.all()) },
    };
  }
}
