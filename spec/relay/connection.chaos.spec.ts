import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NEVER } from 'rxjs';
import type { Behavior, Pid } from '../../lib/index.js';
import { ws } from '../../lib/protocol/index.js';
import { Hub, type SocketEvent } from '../../lib/relay/index.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { tables } from '../support/runtime.js';
import { type Connected, connect, frame } from './connected.js';

const CLIENTS = 4;
const TARGETS = 3;

type Deed = { readonly what: (typeof DEEDS)[number]; readonly c: number; readonly t: number };
const DEEDS = [
  'frame',
  'frame',
  'transfer',
  'transfer',
  'send',
  'close',
  'cancel',
  'terminate',
  'lost',
  'goodbye',
  'violation',
  'kill target',
  'end target',
  'flush',
  'second',
] as const;

const deed: fc.Arbitrary<Deed> = fc.record({
  what: fc.constantFrom(...DEEDS),
  c: fc.nat(CLIENTS - 1),
  t: fc.nat(TARGETS - 1),
});

/** What targets saw, in the order in which they saw it: one run queue brings it all. */
interface Seen {
  readonly target: number;
  readonly topic: string;
  readonly client: Pid;
  readonly data: string | undefined;
}

/** Lives until it is told to end. */
const witness =
  (seen: Seen[], target: number): Behavior =>
  (inbox, self) => {
    inbox.subscribe(({ topic, payload }) => {
      if (topic === 'end') return self.exit('normal');
      const { client_pid, data } = payload as { client_pid: Pid; data?: string };
      seen.push({ target, topic, client: client_pid, data });
    });
    return NEVER;
  };

/** A system with targets and clients, and what each deed does to them. */
class Stage {
  readonly system = testSystem();
  readonly hub = new Hub(this.system);
  readonly seen: Seen[] = [];
  readonly dead = new Set<number>();
  readonly #targets = Array.from({ length: TARGETS }, (_, i) =>
    this.system.spawn(witness(this.seen, i)),
  );
  readonly connected = Array.from({ length: CLIENTS }, (_, i) =>
    connect(this.hub, this.system, this.#targets[i % TARGETS] as Pid),
  );
  readonly #sent = new Map<number, number>();
  readonly #over = new Set<number>();

  perform({ what, c, t }: Deed): void {
    const { system } = this;
    const { pid } = this.connected[c] as Connected;
    const target = this.#targets[t] as Pid;
    const deeds: Record<Deed['what'], () => void> = {
      frame: () => this.#say(c, frame(`${this.#count(c)}`)),
      transfer: () => system.send(pid, ws.control, { target_pid: target }),
      send: () => system.send(pid, ws.send, { data: 'hi' }),
      close: () => system.send(pid, ws.close, { code: 4000 }),
      cancel: () => system.cancel(pid),
      terminate: () => system.terminate(pid),
      lost: () => this.#say(c, { type: 'closed', code: 1006, reason: '' }),
      goodbye: () => this.#say(c, { type: 'closed', code: 1000, reason: '' }),
      violation: () => this.#say(c, { type: 'violation', code: 1002 }),
      'kill target': () => this.#end(t, () => system.terminate(target)),
      'end target': () => this.#end(t, () => system.send(target, 'end')),
      flush: () => system.flush(),
      second: () => system.advance('1s'),
    };
    deeds[what]();
  }

  #count(c: number): number {
    const count = this.#sent.get(c) ?? 0;
    this.#sent.set(c, count + 1);
    return count;
  }

  /** A client says nothing after its end. */
  #say(c: number, event: SocketEvent): void {
    if (!this.#over.has(c)) this.connected[c]?.client.next(event);
    if (event.type === 'closed') this.#over.add(c);
  }

  #end(t: number, how: () => void): void {
    how();
    this.dead.add(t);
  }
}

function perform(deeds: readonly Deed[]): Stage {
  const stage = new Stage();
  for (const each of deeds) stage.perform(each);
  void stage.hub.shutdown();
  stage.system.advance('10s');
  return stage;
}

describe('a connection, under random kills, transfers and disconnects', () => {
  const runs = { numRuns: 300 };

  it('exits exactly once, and leaves nothing behind (N6, Z4)', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 40 }), (deeds) => {
        const { connected, system, hub, dead } = perform(deeds);

        for (const { exits } of connected) expect(exits).toHaveLength(1);
        expect(hub.count).toBe(0);
        expect(tables(system)).toMatchObject({ processes: TARGETS - dead.size });
      }),
      runs,
    );
  });

  it('gives a living target one leave for each join, in turn, and frames in between (L2)', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 40 }), (deeds) => {
        const { connected, seen, dead } = perform(deeds);

        for (const { pid } of connected) {
          for (let target = 0; target < TARGETS; target++) {
            const topics = seen
              .filter((entry) => entry.client === pid && entry.target === target)
              .map(({ topic }) => topic.replace('ws.', ''))
              .join(' ');
            const visit = 'join (message )*leave ?';
            expect(topics).toMatch(
              new RegExp(dead.has(target) ? `^(${visit})*(join ?(message ?)*)?$` : `^(${visit})*$`),
            );
          }
        }
      }),
      runs,
    );
  });

  it('brings every frame at most once and in order, across transfers (X4)', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 40 }), (deeds) => {
        const { connected, seen } = perform(deeds);

        for (const { pid } of connected) {
          const frames = seen
            .filter(({ client, topic }) => client === pid && topic === 'ws.message')
            .map(({ data }) => Number(data));
          expect(frames).toEqual([...new Set(frames)].sort((a, b) => a - b));
        }
      }),
      runs,
    );
  });

  it('loses no frame while nobody dies and nothing closes (X4)', () => {
    const peaceful = fc.array(
      deed.filter(({ what }) => ['frame', 'transfer', 'flush', 'send'].includes(what)),
      { maxLength: 80 },
    );
    fc.assert(
      fc.property(peaceful, (deeds) => {
        const { connected, seen } = perform(deeds);

        connected.forEach(({ pid }, c) => {
          const frames = seen.filter((entry) => entry.client === pid && entry.data !== undefined);
          const sent = deeds.filter((each) => each.what === 'frame' && each.c === c);
          expect(frames.map(({ data }) => data)).toEqual(sent.map((_, i) => `${i}`));
        });
      }),
      runs,
    );
  });
});
