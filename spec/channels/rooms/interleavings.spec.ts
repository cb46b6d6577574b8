import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EMPTY, mergeMap, of } from 'rxjs';
import {
  accept,
  type ChannelBehavior,
  type ChannelOptions,
  type Connection,
  channel,
  room,
} from '../../../lib/channels/index.js';
import { insideOf } from '../../../lib/core/index.js';
import { done, is, reply } from '../../../lib/index.js';
import { kernelOf } from '../../../lib/runtime/index.js';
import { type Client, Place } from './support.js';

/** What a process of the channel has heard of somebody. */
interface Heard {
  readonly process: string;
  readonly who: string;
  readonly what: 'joined' | 'rejoined' | 'left';
}

const listener =
  (heard: Heard[]): ChannelBehavior =>
  (inbox, self) =>
    inbox.pipe(
      mergeMap((message) => {
        const who = (message.payload as { connection?: Connection }).connection?.id ?? '';
        const note = (what: Heard['what']) => heard.push({ process: self.pid, who, what });
        if (is(message, room.join)) return of(accept(message));
        if (is(message, room.joined)) note(message.payload.rejoined ? 'rejoined' : 'joined');
        if (is(message, room.left)) note('left');
        if (!is(message, room.event)) return EMPTY;
        if (message.payload.event === 'boom') throw new Error('boom');
        if (message.payload.event === 'end') return of(done());
        return message.payload.event === 'mute' ? EMPTY : of(reply(message));
      }),
    );

type Step =
  | {
      readonly do: 'join' | 'leave' | 'boom' | 'end' | 'ask' | 'mute' | 'drop' | 'kick';
      readonly who: number;
    }
  | { readonly do: 'delete' | 'flush'; readonly who?: undefined }
  | { readonly do: 'wait'; readonly millis: number };

/** A step, and how many turns of the run queue it waits, so that it comes between any two others. */
type Planned = readonly [step: Step, turns: number];

const steps = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 5, arbitrary: fc.record({ do: fc.constant('join' as const), who: fc.nat(2) }) },
      {
        weight: 6,
        arbitrary: fc.record({
          do: fc.constantFrom('leave', 'boom', 'end', 'ask', 'mute', 'drop', 'kick'),
          who: fc.nat(2),
        }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          do: fc.constantFrom('delete' as const, 'flush' as const, 'flush' as const),
        }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          do: fc.constant('wait' as const),
          millis: fc.constantFrom(1, 99, 100, 500, 1_000, 5_000),
        }),
      },
    ),
    fc.nat(9),
  ),
  { maxLength: 40 },
) as fc.Arbitrary<Planned[]>;

/** Three clients who do as they like; who has dropped comes back as a new one. */
class Scene {
  readonly heard: Heard[] = [];
  readonly place: Place;
  readonly clients: Client[];
  readonly gone: Client[] = [];
  readonly asked = new Map<Client, number[]>();
  #ids = 100;

  constructor(options: Partial<ChannelOptions>) {
    this.place = new Place([channel('room', { behavior: listener(this.heard), ...options })]);
    this.clients = ['a', 'b', 'c'].map((name) => this.place.client(name));
  }

  plan([step, turns]: Planned): void {
    const { queue } = this.place.system[kernelOf];
    const isNow = step.do === 'wait' || step.do === 'flush' || step.do === 'drop';
    const hop = (left: number): void => {
      if (left === 0) return this.run(step);
      queue.push({ receive: () => hop(left - 1) }, undefined);
    };
    hop(isNow ? 0 : turns);
  }

  run(step: Step): void {
    const { system, manager } = this.place;
    if (step.do === 'wait') return system.advance(step.millis);
    if (step.do === 'flush') return system.flush();
    if (step.do === 'delete') {
      manager.channels.deleteChannel('room');
      return;
    }
    const client = this.clients[step.who ?? 0] as Client;
    switch (step.do) {
      case 'join':
        return this.#ask(client, {
          type: 'system',
          payload: { command: 'subscribe', channel: 'room' },
        });
      case 'leave':
        return this.#ask(client, {
          type: 'system',
          payload: { command: 'unsubscribe', channel: 'room' },
        });
      case 'kick':
        manager.unsubscribe(client.pid, 'room');
        return;
      case 'drop':
        client.said.next({ type: 'closed', code: 1006, reason: '' });
        this.gone.push(client);
        this.clients[step.who ?? 0] = this.place.client(client.identity);
        return;
      default:
        return this.#ask(client, {
          type: 'event',
          channel: 'room',
          payload: { event: step.do, data: null },
        });
    }
  }

  #ask(client: Client, frame: object): void {
    const id = ++this.#ids;
    this.asked.set(client, [...(this.asked.get(client) ?? []), id]);
    client.put({ id, ...frame });
  }

  /** Who is in the channel, by public id. */
  get members(): string[] {
    const { manager } = this.place;
    return manager.channels
      .getSubscribers('room')
      .map((pid) => manager.getConnectionMetadata(pid)?.id ?? `no client: ${pid}`)
      .sort();
  }

  /** Whom the process that runs believes to be in. */
  get believed(): string[] {
    const pid = this.place.system.names.lookup('channel:room');
    const inside = new Set<string>();
    for (const { process, who, what } of this.heard) {
      if (process !== pid) continue;
      if (what === 'left') inside.delete(who);
      else inside.add(who);
    }
    return [...inside].sort();
  }
}

/** Each process hears of each membership first that it begins, then, at most once, that it ends. */
function checkOrder(heard: readonly Heard[]): void {
  const inside = new Set<string>();
  for (const { process, who, what } of heard) {
    const key = `${process} ${who}`;
    expect([key, what, inside.has(key)]).toEqual([key, what, what === 'left']);
    if (what === 'left') inside.delete(key);
    else inside.add(key);
  }
}

/** What a client has been told last of its membership. */
function believes(client: Client): boolean {
  let isIn = false;
  for (const { ok, result, payload } of client.frames) {
    if (ok === true && String(payload).startsWith('Subscribed')) isIn = true;
    if (ok === true && result?.was !== undefined) isIn = false;
    if (payload?.event === 'rx:unsubscribed') isIn = false;
  }
  return isIn;
}

describe('joins, leaves, crashes, ends, drops, deletes and time, in any order', () => {
  it.each([
    { name: 'by the hook', options: { linger: '400ms' } },
    {
      name: 'with a back-off',
      options: { linger: '400ms', restart: { backoff: { initial: '100ms', jitter: 0 } } },
    },
    { name: 'by the behaviour', options: { linger: 0, admit: 'behavior' } },
  ] as const)('lose nobody: $name (B23–B26)', ({ options }) => {
    fc.assert(
      fc.property(steps, (all) => {
        const scene = new Scene(options);
        for (const planned of all) scene.plan(planned);
        const { system, manager } = scene.place;
        system.advance('25s');

        checkOrder(scene.heard);
        const again = scene.heard.some(({ what }) => what === 'rejoined');
        expect(again && !scene.place.events.includes('crash boom')).toBe(false);
        expect(scene.believed).toEqual(scene.members);
        for (const client of scene.clients) {
          const { id } = manager.getConnectionMetadata(client.pid) as Connection;
          expect([client.identity, believes(client)]).toEqual([
            client.identity,
            scene.members.includes(id),
          ]);
          const answers = client.frames.flatMap(({ id: of }) => of ?? []).sort();
          expect(answers).toEqual(scene.asked.get(client) ?? []);
        }
        for (const client of scene.clients)
          client.said.next({ type: 'closed', code: 1006, reason: '' });
        system.advance('1m');
        expect(scene.members).toEqual([]);
        expect(system.names.lookup('channel:room')).toBeUndefined();
        expect(manager[insideOf].rooms.size).toBe(0);
        expect(system[kernelOf].calls.size).toBe(0);
      }),
      { numRuns: 120 },
    );
  });
});
