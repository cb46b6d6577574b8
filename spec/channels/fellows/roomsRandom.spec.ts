import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mergeMap, of } from 'rxjs';
import { type ChannelBehavior, room } from '../../../lib/channels/index.js';
import { insideOf } from '../../../lib/core/index.js';
import { done, is, type Pid, reply } from '../../../lib/index.js';
import type { ChannelTest } from '../../../lib/testing/channels/channelTest.js';
import type { TestClient } from '../../../lib/testing/channels/testClient.js';
import { brokerOf, type Managers, managersOf } from './support.js';

const NAMES = ['a', 'b', 'c'];

/** What somebody does, to a node or to the client on it. */
type Deed = readonly [what: keyof typeof DEEDS, at: number, millis: number];

const DEEDS = {
  join: ({ client }: World, at: number) => void client(at).subscribe('chat'),
  leave: ({ client }: World, at: number) => void client(at).unsubscribe('chat'),
  ask: (world: World, at: number) => world.ask(at, 'any'),
  boom: (world: World, at: number) => world.ask(at, 'boom'),
  end: (world: World, at: number) => world.ask(at, 'end'),
  drop({ client }: World, at: number) {
    client(at).drop();
    client(at).reconnect();
  },
  delete: ({ tests }: World, at: number) => void tests[at]?.manager.channels.deleteChannel('chat'),
  cut: ({ nats }: World, at: number) => nats.cut(NAMES[at] as string),
  freeze: (world: World, at: number) => world.freeze(NAMES[at] as string),
  heal: (world: World) => world.heal(),
  busy: (world: World, at: number) => world.busy(at, true),
  pass: () => {},
} as const;

const deeds = fc.array(
  fc.tuple(
    fc.constantFrom<Deed[0]>(
      ...(['join', 'join', 'leave', 'ask', 'ask', 'boom', 'end', 'drop'] as const),
      ...(['delete', 'cut', 'freeze', 'heal', 'busy', 'busy', 'pass'] as const),
    ),
    fc.nat(2),
    fc.constantFrom(0, 1, 3, 200, 2_500),
  ),
  { minLength: 5, maxLength: 30 },
);

/** Three nodes with a client each, and whom each process of the channel knows. */
class World {
  readonly #managers: Managers;
  readonly #clients: readonly TestClient[];
  readonly #frozen = new Set<string>();
  readonly #asked: [at: number, ref: number | string][] = [];
  readonly wrong: string[] = [];
  /** By process, the PIDs of its members. */
  readonly known = new Map<Pid, Set<Pid>>();

  constructor() {
    this.#managers = managersOf(NAMES, { chat: { behavior: this.#behavior } });
    this.#clients = this.tests.map((test) => test.connect());
  }

  readonly client = (at: number): TestClient => this.#clients[at] as TestClient;

  get tests(): readonly ChannelTest[] {
    return this.#managers.tests;
  }

  get nats() {
    return this.#managers.nats;
  }

  readonly #behavior: ChannelBehavior = (inbox, self) => {
    const members = new Set<Pid>();
    this.known.set(self.pid, members);
    return inbox.pipe(
      mergeMap((message) => {
        const { pid = '' } = (message.payload as { connection?: { pid: Pid } }).connection ?? {};
        if (is(message, room.joined)) {
          if (members.has(pid)) this.wrong.push(`${pid} has joined twice`);
          members.add(pid);
        } else if (is(message, room.left)) {
          if (!members.delete(pid)) this.wrong.push(`${pid} has left, and was not there`);
        } else if (is(message, room.event)) {
          if (!members.has(pid)) this.wrong.push(`${pid} says something, and is not there`);
          if (message.payload.event === 'boom') throw new Error('boom');
          if (message.payload.event === 'end') return of(done());
          return of(reply(message, 'done'));
        }
        return [];
      }),
    );
  };

  ask(at: number, event: string): void {
    this.#asked.push([at, this.client(at).push('chat', event)]);
  }

  busy(at: number, isBusy: boolean): void {
    this.#managers.busy(NAMES[at] as string, isBusy);
  }

  freeze(name: string): void {
    if (this.#frozen.has(name)) return;
    this.#frozen.add(name);
    this.nats.freeze(name);
  }

  heal(): void {
    this.nats.heal();
    for (const name of this.#frozen) this.nats.thaw(name);
    this.#frozen.clear();
  }

  run(plan: readonly Deed[]): void {
    for (const [what, at, millis] of plan) {
      DEEDS[what](this, at);
      this.#managers.advance(millis);
      this.busy(at, false);
    }
    this.heal();
    this.#managers.advance(60_000);
  }

  /** All are in the channel, and ask: what they are answered. */
  settle(): unknown[] {
    for (const client of this.#clients) client.subscribe('chat');
    this.#managers.advance(10_000);
    for (const at of NAMES.keys()) this.ask(at, 'any');
    this.#managers.advance(1_000);
    return this.#asked.slice(-3).map(([at, ref]) => this.#answers(at, ref).map(({ ok }) => ok));
  }

  #answers(at: number, ref: number | string) {
    return this.client(at).frames.filter(({ id, ok }) => id === ref && ok !== undefined);
  }

  /** The requests that have more than one answer. */
  get doubled(): unknown[] {
    return this.#asked.filter(([at, ref]) => this.#answers(at, ref).length > 1);
  }

  /** How many requests and joins the processes have to answer. */
  get waiting(): number {
    const rooms = this.tests.map(({ manager }) => manager[insideOf].rooms.find('chat'));
    return rooms.reduce(
      (sum, each) => sum + (each?.requests.size ?? 0) + (each?.joins.size ?? 0),
      0,
    );
  }

  /** Whom the process knows; of each process, if there are several. */
  get knownNow(): unknown[] {
    const pids = this.tests.flatMap(({ system }) => system.names.lookup('channel:chat') ?? []);
    return pids.map((pid) => [...(this.known.get(pid) ?? [])].sort());
  }

  /** Who is in the channel. */
  get members(): unknown[] {
    return this.tests
      .flatMap((test) => [...(brokerOf(test).channels.find('chat')?.group.members.keys() ?? [])])
      .map(({ pid }) => pid)
      .sort();
  }
}

describe('the process of a channel on three nodes, whatever becomes of these', () => {
  it('is one at last, knows each member once, and has answered each request once (CN20 to CN28)', () => {
    fc.assert(
      fc.property(deeds, (plan) => {
        const world = new World();
        world.run(plan);
        const answers = world.settle();

        expect(world.wrong).toEqual([]);
        expect(answers).toEqual([[true], [true], [true]]);
        expect(world.members).toHaveLength(3);
        expect(world.knownNow).toEqual([world.members]);
        expect([world.doubled, world.waiting]).toEqual([[], 0]);
      }),
      { numRuns: 15 },
    );
  });
});
