import { EMPTY, ignoreElements, mergeMap, NEVER, of, tap } from 'rxjs';
import type { Cluster } from '../../../../lib/cluster/index.js';
import {
  type Behavior,
  type Message,
  type Pid,
  reply,
  type System,
} from '../../../../lib/index.js';
import { random } from '../../../../lib/testing/live/random.js';
import { Holders, type HoldersReport, TITLES } from './holders.js';

/** The process to which other nodes say who their workers are. It is spawned before its node joins, and stands in `meta`. */
export class Directory {
  readonly pid: Pid;
  /** The workers of each other node, as it has said last. */
  readonly workers = new Map<string, readonly Pid[]>();

  constructor(system: System) {
    this.pid = system.spawn((inbox) =>
      inbox.pipe(
        tap(({ payload }) => {
          const [node, workers] = payload as [string, Pid[]];
          this.workers.set(node, workers);
        }),
        ignoreElements(),
      ),
    );
  }
}

/**
 * The processes of one node in a soak: they do at random, with the workers of other nodes, all that processes can do
 * with each other, and write down what breaks a promise.
 */
export class Crowd {
  readonly #system: System;
  readonly #cluster: Cluster;
  readonly #directory: Directory;
  readonly #random: () => number;
  readonly #workers = new Set<Pid>();
  readonly #sent = new Map<Pid, number>();
  /** How many sessions with a node have ended here. */
  readonly #ended = new Map<string, number>();
  /** Monitors that have not told an exit, and what takes them back. */
  readonly #monitors = new Map<object, { readonly pid: Pid; readonly takeBack: () => void }>();
  /** Processes here, and with whom each is linked. */
  readonly #friends = new Map<Pid, Pid>();
  readonly #faults: string[] = [];
  readonly #holders: Holders;
  #isEnding = false;
  #calls = 0;
  #done = 0;
  #clock: NodeJS.Timeout | undefined;

  constructor(
    system: System,
    cluster: Cluster,
    directory: Directory,
    { seed, workers }: CrowdSize,
  ) {
    this.#system = system;
    this.#cluster = cluster;
    this.#directory = directory;
    this.#random = random(seed);
    this.#holders = new Holders(system, cluster, this.#faults);
    cluster.nodes$.subscribe((event) => {
      if (event.kind !== 'node.down') return;
      const { id } = event.node;
      this.#ended.set(id, (this.#ended.get(id) ?? 0) + 1);
      directory.workers.delete(id);
    });
    for (let at = 0; at < workers; at++) this.#hire();
  }

  /** Does ten things at once, and again after so many milliseconds, until `rest`. */
  begin(pause: number): void {
    let toldAt = -Infinity;
    this.#clock = setInterval(() => {
      if (performance.now() - toldAt > NEWS) {
        toldAt = performance.now();
        this.#tellWorkers();
      }
      for (let at = 0; at < 10; at++) this.#act();
    }, pause);
  }

  /** Does no more. Who was sent numbers is sent another one, by which it knows of those before. */
  rest(): void {
    clearInterval(this.#clock);
    for (const pid of this.#sent.keys()) this.#send(pid);
  }

  /** What is known here at rest. */
  report(): CrowdReport {
    return {
      faults: this.#faults,
      done: this.#done,
      calls: this.#calls,
      watched: [...this.#monitors.values()].map(({ pid }) => pid),
      linked: [...this.#friends].filter(([pid]) => this.#lives(pid)),
      alive: [...this.#workers],
      teams: TEAMS.map((team) => this.#system.groups.members(team).toSorted()),
      names: this.#holders.report(),
    };
  }

  /** Takes back all that it has asked of others. Its workers live on, so that what was taken back is not just over. */
  end(): void {
    this.#isEnding = true;
    for (const { takeBack } of this.#monitors.values()) takeBack();
    this.#monitors.clear();
    this.#sent.clear();
    this.#holders.end();
    for (const pid of this.#friends.keys()) this.#system.terminate(pid);
  }

  dismiss(): void {
    for (const pid of this.#workers) this.#system.terminate(pid);
  }

  #act(): void {
    const target = this.#anyone();
    if (target === undefined) return;
    this.#done += 1;
    const chance = this.#random();
    if (chance < 0.78) this.#send(target);
    else if (chance < 0.8) this.#contend();
    else if (chance < 0.88) this.#call(target);
    else if (chance < 0.95) this.#monitor(target);
    else if (chance < 0.96) this.#takeBackOne();
    else if (chance < 0.97) this.#moveOne();
    else if (chance < 0.985) this.#befriend(target);
    else if (chance < 0.995) this.#system.terminate(this.#pick([...this.#workers]));
    else this.#system.exit(target, { type: 'shutdown' });
  }

  /** Who wants a name, gives it up, ends, or is asked by it. */
  #contend(): void {
    const [title, chance] = [this.#pick(TITLES), this.#random()];
    if (chance < 0.5) this.#holders.claim(title);
    else if (chance < 0.65) this.#holders.register(title);
    else if (chance < 0.75) this.#holders.unregister(title);
    else if (chance < 0.9) this.#system.terminate(title);
    else this.#call(title);
  }

  #send(pid: Pid): void {
    const n = (this.#sent.get(pid) ?? 0) + 1;
    if (this.#system.send(pid, 'number', [this.#cluster.node.id, n])) this.#sent.set(pid, n);
  }

  #call(pid: Pid | string): void {
    const question = this.#random();
    let outcomes = 0;
    const over = (outcome: unknown): void => {
      outcomes += 1;
      if (outcomes === 1) this.#calls -= 1;
      else this.#faults.push(`a call has ${outcomes} outcomes: ${outcome}`);
    };
    this.#calls += 1;
    this.#system.call<number>(pid, 'ask', question, { timeout: '3s' }).subscribe({
      next: (answer) => {
        if (answer !== question) this.#faults.push(`asked ${question}, answered ${answer}`);
        over('reply');
      },
      error: ({ code, message }) => {
        if (!OUTCOMES.has(code)) this.#faults.push(`a call fails: ${code} ${message}`);
        over(code);
      },
    });
  }

  #monitor(pid: Pid): void {
    if (this.#monitors.size > MONITORS) this.#takeBackOne();
    const key = {};
    let exits = 0;
    const watching = this.#system.monitor(pid).subscribe(() => {
      exits += 1;
      if (exits > 1) this.#faults.push(`a monitor has ${exits} exits`);
      if (!this.#monitors.delete(key)) this.#faults.push('an exit that nobody waits for');
    });
    this.#monitors.set(key, { pid, takeBack: () => watching.unsubscribe() });
  }

  #takeBackOne(): void {
    const [key] = this.#monitors.keys();
    if (key === undefined) return;
    this.#monitors.get(key)?.takeBack();
    this.#monitors.delete(key);
  }

  /** A worker goes to a team, or leaves it; a team may hear of it. */
  #moveOne(): void {
    const { groups } = this.#system;
    const [team, worker] = [this.#pick(TEAMS), this.#pick([...this.#workers])];
    // It may be about to end.
    if (!this.#lives(worker)) return;
    if (groups.localMembers(team).includes(worker)) groups.leave(team, worker);
    else groups.join(team, worker);
    if (this.#random() < 0.1) groups.broadcast(team, 'news', worker);
  }

  /** A process that ends with the other one. */
  #befriend(other: Pid): void {
    if (this.#friends.size > FRIENDS) return;
    const pid = this.#system.spawn((_inbox, self) => {
      self.link(other);
      return NEVER;
    });
    this.#friends.set(pid, other);
    this.#system.monitor(pid).subscribe(() => this.#friends.delete(pid));
  }

  /** A worker, and its successor as soon as it has ended. */
  #hire(): void {
    const pid = this.#system.spawn(this.#worker());
    this.#workers.add(pid);
    this.#system.monitor(pid).subscribe(() => {
      this.#workers.delete(pid);
      if (!this.#isEnding) this.#hire();
    });
  }

  #worker(): Behavior {
    const heard: Heard = new Map([...this.#ended].map(([node, ended]) => [node, { n: 0, ended }]));
    return (inbox) =>
      inbox.pipe(
        mergeMap((message) => {
          if (message.topic === 'ask') return of(reply(message, message.payload));
          if (message.topic === 'number') this.#check(heard, message);
          return EMPTY;
        }),
      );
  }

  /** Numbers of a node come once and in order, and without a gap but where a session has ended (D11). */
  #check(heard: Heard, { payload }: Message): void {
    const [by, n] = payload as [string, number];
    const last = heard.get(by) ?? { n: 0, ended: 0 };
    const ended = this.#ended.get(by) ?? 0;
    if (n <= last.n) this.#faults.push(`${by}: ${n} after ${last.n}`);
    if (n > last.n + 1 && ended === last.ended)
      this.#faults.push(`${by}: a gap, ${n} after ${last.n}`);
    heard.set(by, { n, ended });
  }

  #tellWorkers(): void {
    const { node } = this.#cluster;
    for (const { meta } of this.#cluster.nodes()) {
      this.#system.send(meta as Pid, 'workers', [node.id, [...this.#workers]]);
    }
  }

  #anyone(): Pid | undefined {
    const nodes = [...this.#directory.workers.values()].filter(({ length }) => length > 0);
    return nodes.length === 0 ? undefined : this.#pick(this.#pick(nodes));
  }

  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)] as T;
  }

  #lives(pid: Pid): boolean {
    return this.#system.info(pid) !== undefined;
  }
}

/** The last number of each node, and how many sessions with it had ended by then. */
type Heard = Map<string, { readonly n: number; readonly ended: number }>;

/** How a crowd is made. */
export interface CrowdSize {
  readonly seed: number;
  /** Of each node. */
  readonly workers: number;
}

/** What a crowd tells at rest. */
export interface CrowdReport {
  readonly faults: readonly string[];
  /** How many things it has done. */
  readonly done: number;
  /** Calls without an outcome. */
  readonly calls: number;
  /** Whom it watches and has heard no exit of. */
  readonly watched: readonly Pid[];
  /** Its living processes, and with whom each is linked. */
  readonly linked: readonly (readonly [Pid, Pid])[];
  readonly alive: readonly Pid[];
  /** The members of each team, of all nodes. */
  readonly teams: readonly (readonly Pid[])[];
  readonly names: HoldersReport;
}

const MONITORS = 300;
const FRIENDS = 200;
const TEAMS = ['red', 'green', 'blue'];
/** Milliseconds after which others are told again who the workers are. */
const NEWS = 500;
const OUTCOMES = new Set(['Unavailable', 'NotFound', 'Timeout']);
