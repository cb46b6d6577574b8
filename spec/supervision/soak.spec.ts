import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterEach, describe, expect, it } from '@jest/globals';
import { catchError, firstValueFrom, map, of } from 'rxjs';
import {
  type ChildInfo,
  type ChildSpec,
  type Pid,
  reply,
  type SuperviseOptions,
  type System,
  startChild,
  supervise,
  type TreeNode,
  terminateChild,
  whichChildren,
} from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import { drills } from '../../lib/testing/live/drills.js';
import { random } from '../../lib/testing/live/random.js';
import { heapUsed } from '../support/memory.js';
import { quiet, tables, turns, within } from '../support/runtime.js';
import { Ledger, type Order, worker } from './soakWorker.js';

/** Rounds of load, each followed by a look at everything while nothing is in hand. */
const ROUNDS = 8;
const ROUND = 2_300;
const GROUPS = Array.from({ length: 20 }, (_, i) => `g${i}`);

// --- the tree: ten divisions of ten teams of ten workers ------------------------------------------------

const OFTEN = { intensity: 1_000_000 };
const SOON = { backoff: { initial: 1, max: 20 } };

/** Teams take turns: those from a template are empty at first, and the driver fills them. */
const TEAMS: readonly Omit<SuperviseOptions, 'children'>[] = [
  { strategy: 'one_for_one', ...OFTEN },
  { strategy: 'one_for_all', ...SOON },
  { strategy: 'rest_for_one', ...OFTEN },
  { strategy: 'simple_one_for_one', ...SOON },
  { strategy: 'one_for_one', ...SOON },
];
const DIVISIONS: readonly Omit<SuperviseOptions, 'children'>[] = [
  { strategy: 'one_for_one', ...SOON },
  { strategy: 'rest_for_one', ...SOON },
];

const ten = <T>(make: (place: number) => T): T[] => Array.from({ length: 10 }, (_, i) => make(i));

function employee(id: number): ChildSpec {
  return { id: `w${id}`, name: `w${id}`, behavior: 'worker', args: [{ id }] };
}

function team(number: number): ChildSpec {
  const options = TEAMS[number % TEAMS.length] as (typeof TEAMS)[number];
  const children =
    options.strategy === 'simple_one_for_one'
      ? { id: 'temp', behavior: 'worker', shutdown: 50 }
      : ten((place) => employee(number * 10 + place));
  const behavior = supervise({ ...options, children });
  return { id: `team ${number}`, type: 'supervisor', behavior };
}

function division(number: number): ChildSpec {
  const options = DIVISIONS[number % DIVISIONS.length] as (typeof DIVISIONS)[number];
  const children = ten((place) => team(number * 10 + place));
  const behavior = supervise({ ...options, children });
  return { id: `division ${number}`, type: 'supervisor', behavior };
}

// --- the load ---------------------------------------------------------------------------------------------

const WEIGHTS: Readonly<Record<Order['act'], number>> = {
  say: 400,
  sayNow: 400,
  tell: 40,
  ask: 150,
  watch: 80,
  unwatch: 40,
  join: 60,
  leave: 50,
  link: 8,
  unlink: 30,
  register: 20,
  unregister: 10,
  upgrade: 20,
  crash: 4,
  end: 1,
  kill: 1,
};
const DECK = Object.entries(WEIGHTS).flatMap(([act, weight]) =>
  new Array<Order['act']>(weight).fill(act as Order['act']),
);

/** A living world: the system, who is in it, and chance. */
class Company {
  readonly system: System = quiet();
  readonly ledger = new Ledger(this.system);
  readonly drill = drills(this.system, { seed: 11 });
  readonly top: Pid;
  /** Answers, and so tells that whatever was queued before has been delivered. */
  readonly #porter: Pid;
  readonly #random = random(7);

  constructor() {
    const { system } = this;
    system.define('worker', worker(this.ledger));
    this.#porter = system.spawn((inbox) => inbox.pipe(map((message) => reply(message, 'here'))));
    this.top = system.spawn(supervise({ children: ten(division), ...OFTEN }));
    this.drill.on({ topic: 'word', probability: 0.01 }, 'drop');
    this.drill.on({ topic: 'word', probability: 0.01 }, 'duplicate');
    this.drill.on({ topic: 'question', probability: 0.01 }, { delay: '5ms' });
  }

  /** What was sent so far has been delivered. */
  async delivered(): Promise<void> {
    const answer = firstValueFrom(
      this.system.call(this.#porter, 'who is there?', 0, { timeout: '1m' }),
    );
    await within(answer, 60_000);
  }

  /** Orders at random until the time is up and enough has happened, no faster than they are carried out. */
  async work(millis: number, enough: () => boolean): Promise<void> {
    const end = performance.now() + millis;
    const latest = end + 30_000;
    while (performance.now() < end || (!enough() && performance.now() < latest)) {
      const all = this.workers();
      this.orders(all);
      this.#shake();
      this.drill.killOne({ among: ({ behavior }) => behavior === 'worker' });
      await this.delivered();
      await turns(1);
    }
  }

  orders(all: readonly Pid[]): void {
    for (let rest = 400; rest > 0; rest--) {
      const [act, to, group] = [this.#pick(DECK), this.#pick(all), this.#pick(GROUPS)];
      this.system.send(this.#pick(all), 'order', { act, to, group } satisfies Order);
    }
  }

  /** Now and then a supervisor falls; who came by a call is called again, and may be sent away. */
  #shake(): void {
    const { system, ledger } = this;
    const teams = this.nodes().filter(
      ({ id, strategy }) => id !== undefined && strategy !== undefined,
    );
    if (this.#random() < 0.05) {
      ledger.count('fall of a supervisor');
      system.terminate(this.#pick(teams).pid as Pid);
    }
    for (const { id, pid, strategy, children } of teams) {
      if (strategy !== 'simple_one_for_one' || pid === undefined) continue;
      const onCall = (what: string) => ({
        complete: () => ledger.count(what),
        error: ({ code }: { code: string }) => {
          if (!['NotFound', 'Unavailable'].includes(code)) ledger.wrong(`${what}: ${code}`);
        },
      });
      const number = Number(id?.split(' ')[1]) * 10 + Math.floor(this.#random() * 10);
      if (children.length < 10) {
        startChild(system, pid, [{ id: number }]).subscribe(onCall('startChild'));
      } else if (this.#random() < 0.05) {
        terminateChild(system, pid, this.#pick(children).id as string).subscribe(
          onCall('terminateChild'),
        );
      }
    }
  }

  /** All below the top, and it. */
  nodes(): TreeNode[] {
    const flat = (node: TreeNode): TreeNode[] => [node, ...node.children.flatMap(flat)];
    return this.system.tree().flatMap(flat);
  }

  workers(): Pid[] {
    return this.nodes().flatMap(({ pid, type }) =>
      type === 'worker' && pid !== undefined ? [pid] : [],
    );
  }

  #pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)] as T;
  }

  // --- what must hold -------------------------------------------------------------------------------------

  /** At any instant between two turns: names and groups hold only the living (R4, G3). */
  wrongNow(): string[] {
    const { system, ledger } = this;
    const infos = system.processes();
    const living = new Set(infos.map(({ pid }) => pid));
    const wrongs: string[] = [];
    let names = 0;
    for (const { pid, names: own } of infos) {
      names += own.length;
      for (const name of own)
        if (system.names.lookup(name) !== pid) wrongs.push(`${name} of ${pid}`);
    }
    if (names !== system[kernelOf].names.size) wrongs.push('a name of nobody');
    for (const group of GROUPS) {
      for (const pid of system.groups.members(group)) {
        if (!living.has(pid)) wrongs.push(`${pid}, dead, in ${group}`);
      }
    }
    return [...wrongs, ...ledger.wrongs];
  }

  /** When nothing is in hand: everything agrees with everything. */
  async wrongAtRest(): Promise<string[]> {
    const wrongs = this.wrongNow();
    const nodes = this.nodes();
    this.#checkTree(nodes, wrongs);
    this.#checkGroups(wrongs);
    this.#checkRelations(wrongs);
    for (const { pid, strategy, children } of nodes) {
      if (strategy === undefined || wrongs.length > 0) continue;
      const told = await this.#ask(pid as Pid);
      const brief = ({ id, pid, status }: TreeNode | ChildInfo) => `${id} ${pid} ${status}`;
      if (`${told.map(brief)}` !== `${children.map(brief)}`) wrongs.push(`children of ${pid}`);
    }
    return wrongs;
  }

  #ask(supervisor: Pid): Promise<readonly ChildInfo[]> {
    const none: readonly ChildInfo[] = [];
    return within(
      firstValueFrom(whichChildren(this.system, supervisor).pipe(catchError(() => of(none)))),
      30_000,
    );
  }

  /** V1, V7: whoever lives has a place in the tree, and every permanent child runs. */
  #checkTree(nodes: readonly TreeNode[], wrongs: string[]): void {
    const { system } = this;
    for (const { id, status, pid } of nodes) {
      if (status !== 'running' || !this.ledger.alive(pid as Pid)) wrongs.push(`${id} is ${status}`);
    }
    const places = [...nodes.map(({ pid }) => pid), this.#porter].sort();
    const living = system
      .processes()
      .map(({ pid }) => pid)
      .sort();
    if (`${places}` !== `${living}`)
      wrongs.push(`${living.length} live, ${places.length} have a place`);
    for (let id = 0; id < 1_000; id++) {
      const isPermanent =
        TEAMS[Math.floor(id / 10) % TEAMS.length]?.strategy !== 'simple_one_for_one';
      if (isPermanent && system.names.lookup(`w${id}`) === undefined) wrongs.push(`no w${id}`);
    }
  }

  /** G2: the members are the joins, less the leaves and the dead. */
  #checkGroups(wrongs: string[]): void {
    const { system, ledger } = this;
    for (const group of GROUPS) {
      const joined = [...ledger.joins].flatMap(([pid, groups]) =>
        groups.filter((each) => each === group).map(() => pid),
      );
      const members = system.groups.members(group);
      if (`${joined.sort()}` !== `${[...members].sort()}`) wrongs.push(`members of ${group}`);
    }
  }

  /** N6, K1: who watches whom is known to all of them, nobody waits for the dead, links have two ends. */
  #checkRelations(wrongs: string[]): void {
    const { system, ledger } = this;
    const watches = [...ledger.watches].map(({ watcher, target }) => `${watcher} ${target}`);
    const infos = new Map(system.processes().map((info) => [info.pid, info]));
    const monitors: string[] = [];
    for (const { pid, behavior, links, monitors: watched } of infos.values()) {
      if (behavior === 'worker') monitors.push(...watched.map((target) => `${pid} ${target}`));
      for (const peer of links) {
        if (!infos.get(peer)?.links.includes(pid)) wrongs.push(`link of ${pid} to ${peer}`);
      }
    }
    if (system[kernelOf].calls.size > 0) wrongs.push('a call waits');
    if (`${monitors.sort()}` !== `${watches.sort()}`) wrongs.push('monitors');
    for (const { target } of ledger.watches)
      if (!infos.has(target)) wrongs.push(`no EXIT of ${target}`);
  }

  /** Waits, while the clock of back-offs and delays runs out, until nothing is wrong any more. */
  async rest(): Promise<string[]> {
    const end = performance.now() + 10_000;
    for (;;) {
      await this.delivered();
      const wrongs = await this.wrongAtRest();
      if (wrongs.length === 0 || performance.now() > end) return wrongs.slice(0, 10);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

const timers = (): number =>
  process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

const megabytes = (): number => heapUsed() / 2 ** 20;

const lag = monitorEventLoopDelay({ resolution: 10 });
afterEach(() => void lag.disable());

describe('a thousand workers under a hundred supervisors', () => {
  it('live through crashes, kills and upgrades under load, and leave nothing behind', async () => {
    const before = timers();
    const company = new Company();
    const { system, ledger } = company;
    const heap: number[] = [];
    // No life is still that was to be a soak: all of it has to happen.
    const all = [...DECK, 'EXIT', 'startChild', 'terminateChild', 'fall of a supervisor'];
    const missing = () => all.filter((what) => !((ledger.counts[what] ?? 0) > 5));
    expect(await company.rest()).toEqual([]);
    for (let round = 0; round < ROUNDS; round++) {
      lag.enable();
      const isLast = round === ROUNDS - 1;
      await company.work(ROUND, () => !isLast || missing().length === 0);
      lag.disable();
      expect(company.wrongNow()).toEqual([]);
      expect(await company.rest()).toEqual([]);
      heap.push(megabytes());
    }
    expect(missing()).toEqual([]);
    // Generous, for a machine with other work: a batch of turns lasts 10 ms.
    expect(lag.percentile(50) / 1e6).toBeLessThan(250);
    expect(lag.max / 1e6).toBeLessThan(3_000);
    const [middle, end] = [heap[ROUNDS / 2 - 1] as number, heap.at(-1) as number];
    expect(end - middle).toBeLessThan(8);

    const residents = company.workers();
    const down = system.shutdown({ timeout: '30s' });
    let isDown = false;
    void down.then(() => (isDown = true));
    const begin = performance.now();
    while (!isDown && performance.now() < begin + 30_000) {
      company.orders(residents);
      await turns(1);
    }
    await within(down);
    expect(tables(system)).toEqual({ processes: 0, names: 0, scopes: 0, calls: 0, residents: 0 });
    expect([ledger.wrongs, ledger.watches.size, ledger.joins.size]).toEqual([[], 0, 0]);
    // What was there before may be gone: it is the test runner's.
    expect(timers()).toBeLessThanOrEqual(before);
  }, 90_000);
});
