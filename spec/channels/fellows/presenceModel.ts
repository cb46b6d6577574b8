import { VirtualTimeScheduler } from 'rxjs';
import { channel } from '../../../lib/channels/index.js';
import { incarnate, joinCluster } from '../../../lib/cluster/index.js';
import { ChannelTest } from '../../../lib/testing/channels/channelTest.js';
import { Stage } from '../../../lib/testing/channels/stage.js';
import type { TestClient } from '../../../lib/testing/channels/testClient.js';
import { memoryNats } from '../../../lib/testing/cluster/memoryNats.js';
import { testSystem } from '../../../lib/testing/live/testSystem.js';
import { OwnClock } from '../../cluster/support/ownClock.js';
import { must } from '../schedule.js';
import { brokerOf } from './support.js';

export const NAMES = ['a', 'b', 'c'] as const;
export const TABS = 6;
const LINGER = 1_000;

/** A tab of a user: at a node, or not there. */
interface Tab {
  readonly user: string;
  client: TestClient | undefined;
  at: string;
  meta: number;
  /** What it makes of what it is told: by ref, `key = meta`. */
  readonly seen: Map<string, string>;
  version: number;
  read: number;
}

/** A room on three nodes that fail, and beside it who is really there. */
export class Model {
  readonly #clock = new VirtualTimeScheduler();
  readonly #nats = memoryNats({ scheduler: this.#clock });
  readonly #nodes = new Map<string, ChannelTest>();
  readonly #dead = new Set<string>();
  readonly #clocks = new Map<string, OwnClock>();
  readonly #tabs: readonly Tab[] = Array.from({ length: TABS }, (_, i) => ({
    ...{ user: `user-${i % 4}`, client: undefined, at: '', meta: 0 },
    ...{ seen: new Map(), version: 0, read: 0 },
  }));
  #incarnation = 0;

  constructor() {
    for (const name of NAMES) this.#start(name);
    this.wait(4_000);
  }

  #start(name: string): void {
    const own = new OwnClock(this.#clock);
    this.#clocks.set(name, own);
    const system = testSystem({
      scheduler: own.scheduler,
      node: incarnate(name, `${++this.#incarnation}`),
    });
    const scopes = { counted: ['channels'] };
    const cluster = joinCluster(system, { scopes, transport: this.#nats.transport() });
    const presence = { meta: ({ meta }: { meta: unknown }) => meta, linger: LINGER };
    const options = { cluster, channels: [channel('room', { presence })] };
    this.#nodes.set(
      name,
      new ChannelTest(new Stage(options, this.#clock, undefined, undefined, system)),
    );
  }

  // --- deeds ----------------------------------------------------------------------------------------

  join(i: number, at: number): void {
    const tab = this.#tabs[i] as Tab;
    const name = NAMES[at] as string;
    if (tab.client !== undefined || this.#dead.has(name)) return;
    const client = (this.#nodes.get(name) as ChannelTest).connect({ identity: tab.user });
    Object.assign(tab, { client, at: name, meta: 0, read: 0 });
    client.subscribeAndJoin('room', { watch: true, meta: 0 });
  }

  update(i: number, meta: number): void {
    this.#with(i, (tab, client) => {
      client.subscribeAndJoin('room', { watch: true, meta });
      tab.meta = meta;
    });
  }

  leave(i: number, how: 'unsubscribe' | 'drop' | 'close'): void {
    this.#with(i, (tab, client) => {
      if (how === 'unsubscribe') client.unsubscribe('room');
      client[how === 'drop' ? 'drop' : 'close']();
      tab.client = undefined;
    });
  }

  #with(i: number, run: (tab: Tab, client: TestClient) => void): void {
    const tab = this.#tabs[i] as Tab;
    if (tab.client !== undefined) run(tab, tab.client);
  }

  cut(at: number): void {
    this.#nats.cut(NAMES[at] as string);
  }

  split(at: number): void {
    const alone = NAMES[at] as string;
    this.#nats.split([alone], NAMES.filter((name) => name !== alone) as string[]);
  }

  heal(): void {
    this.#nats.heal();
  }

  kill(at: number): void {
    const name = NAMES[at] as string;
    if (this.#dead.has(name)) return;
    this.#dead.add(name);
    this.#nats.kill(name);
    const { system } = this.#nodes.get(name) as ChannelTest;
    for (const { pid } of system.processes()) system.terminate(pid);
    for (const tab of this.#tabs) if (tab.at === name) tab.client = undefined;
  }

  restart(at: number): void {
    const name = NAMES[at] as string;
    if (this.#dead.delete(name)) this.#start(name);
  }

  /** So long a node has much to do: its turns wait. */
  busy(at: number, millis: number): void {
    const clock = this.#clocks.get(NAMES[at] as string) as OwnClock;
    clock.hold(true);
    this.wait(millis);
    clock.hold(false);
    this.wait(0);
  }

  wait(millis: number): void {
    const [first] = this.#nodes.values();
    first?.advance(millis);
  }

  // --- what has to hold -----------------------------------------------------------------------------

  /** Each who watches has the list of its node, by all versions (PR6). */
  check(): void {
    for (const tab of this.#tabs) {
      this.#with(this.#tabs.indexOf(tab), (_, client) => {
        const frames = client.frames.slice(tab.read);
        tab.read = client.frames.length;
        for (const frame of frames) read(tab, frame);
        const list = this.#listOf(tab.at);
        const own = [...tab.seen.values()].sort().join();
        must(own === list, `${tab.user} at ${tab.at} has ${own}, not ${list}`);
      });
    }
  }

  /** When all is whole again, all nodes have one list, of who is really there (PR14). */
  finish(): void {
    this.heal();
    for (const at of NAMES.keys()) this.restart(at);
    this.wait(25_000);
    this.check();
    const there = this.#tabs.filter(({ client }) => client !== undefined);
    const really = there.map(({ user, meta }) => `${user} = ${meta}`).sort();
    for (const name of NAMES) {
      const list = this.#listOf(name);
      must(list === really.join(), `${name} has ${list}, not ${really.join()}`);
    }
    const whole = new Set(NAMES.map((name) => JSON.stringify(this.#list(name))));
    must(whole.size === 1, `the lists differ: ${[...whole].join(' and ')}`);
  }

  #list(name: string) {
    const broker = brokerOf(this.#nodes.get(name) as ChannelTest);
    return broker.channels.presenceOf('room')?.list ?? [];
  }

  #listOf(name: string): string {
    const all = this.#list(name);
    return all
      .flatMap(({ key, metas }) => metas.map(({ meta }) => `${key} = ${meta}`))
      .sort()
      .join();
  }
}

/** Reads a frame by PR6 alone. */
function read(tab: Tab, { result, payload }: TestClient['frames'][number]): void {
  // biome-ignore lint/suspicious/noExplicitAny: a spec knows what it expects
  const list = (result as any)?.presence;
  if (list !== undefined) {
    tab.seen.clear();
    tab.version = list.version;
    for (const { key, metas } of list.members) {
      for (const { ref, meta } of metas) tab.seen.set(ref, `${key} = ${meta}`);
    }
  }
  // biome-ignore lint/suspicious/noExplicitAny: the same
  const { event, data } = (payload ?? {}) as any;
  if (event !== 'rx:presence_diff') return;
  must(data.version === tab.version + 1, `version ${data.version} after ${tab.version}`);
  tab.version = data.version;
  for (const { ref, key, meta } of [...data.joins, ...data.updates]) {
    tab.seen.set(ref, `${key} = ${meta}`);
  }
  for (const { ref } of data.leaves) must(tab.seen.delete(ref), `${ref} leaves, who is not there`);
}
