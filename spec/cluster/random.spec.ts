import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { map, tap } from 'rxjs';
import { type Behavior, type Pid, reply, type Self } from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import { tables } from '../support/runtime.js';
import { type Node, type Nodes, nodesOf } from './support/nodes.js';
import { counts, NOTHING } from './support/pair.js';

const NAMES = ['a', 'b'] as const;
const PER_NODE = 3;

const TO_NODES = ['cut', 'heal', 'freeze', 'thaw', 'busy', 'idle'] as const;

const at = fc.nat(2 * PER_NODE - 1);
const node = fc.constantFrom(...NAMES);
const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      act: fc.constantFrom(
        'send',
        'send',
        'send',
        'link',
        'unlink',
        'monitor',
        'call',
        'kill',
        'exit',
        'trap',
      ),
      by: at,
      to: at,
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constantFrom('forget'), which: fc.nat(9) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constant('wait'),
      millis: fc.constantFrom(0, 1, 1, 3, 30, 300, 2_000, 12_000),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ act: fc.constantFrom(...TO_NODES), node }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constantFrom('stop', 'start') }) },
  {
    weight: 1,
    arbitrary: fc.record({ act: fc.constant('lose'), part: fc.constantFrom(0, 0.1, 0.4) }),
  },
) as fc.Arbitrary<Step>;

type Step =
  | {
      readonly act: 'send' | 'link' | 'unlink' | 'monitor' | 'call' | 'kill' | 'exit' | 'trap';
      readonly by: number;
      readonly to: number;
    }
  | { readonly act: 'forget'; readonly which: number }
  | { readonly act: 'wait'; readonly millis: number }
  | { readonly act: (typeof TO_NODES)[number]; readonly node: (typeof NAMES)[number] }
  | { readonly act: 'stop' | 'start' }
  | { readonly act: 'lose'; readonly part: number };

/** A process that writes down what each of the others has sent: in which session of its, and the how many-th. */
interface Actor {
  readonly pid: Pid;
  readonly home: Node;
  readonly heard: Map<Pid, (readonly [session: number, number: number])[]>;
  /** By receiver and session, how many the link has taken. */
  readonly sent: Map<string, number>;
  self: Self;
}

/** What was asked once, and must have one end. */
interface Asked {
  ends: number;
  isForgotten: boolean;
  forget(): void;
}

/** Two nodes with a few processes each, and what goes on between them. */
class World {
  readonly nodes: Nodes = nodesOf(NAMES);
  readonly actors: Actor[] = [];
  readonly asked: Asked[] = [];
  readonly sessions = new Map<Node, number>();

  constructor() {
    for (const home of this.nodes.nodes) {
      this.sessions.set(home, 0);
      home.cluster.nodes$.subscribe(({ kind }) => {
        if (kind === 'node.up') this.sessions.set(home, (this.sessions.get(home) as number) + 1);
      });
      for (let made = 0; made < PER_NODE; made++) this.#spawn(home);
    }
  }

  do(step: Step): void {
    const { nats, advance } = this.nodes;
    switch (step.act) {
      case 'wait':
        return advance(step.millis);
      case 'forget': {
        const asked = this.asked[step.which % Math.max(1, this.asked.length)];
        if (asked?.ends === 0) asked.forget();
        return;
      }
      case 'stop':
      case 'start':
        return nats[step.act]();
      case 'lose':
        return nats.lose(step.part);
      case 'cut':
      case 'heal':
      case 'freeze':
      case 'thaw':
        return nats[step.act](step.node);
      case 'busy':
      case 'idle':
        return this.nodes.busy(step.node, step.act === 'busy');
      default:
        this.#act(step.act, this.actors[step.by] as Actor, this.actors[step.to] as Actor);
    }
  }

  /** All faults end, and whatever was begun comes to its end. */
  heal(): void {
    const { nats, advance, busy } = this.nodes;
    nats.lose(0);
    nats.start();
    for (const name of NAMES) {
      nats.thaw(name);
      busy(name, false);
    }
    nats.heal();
    advance(30_000);
  }

  #spawn(home: Node): void {
    const heard: Actor['heard'] = new Map();
    let self!: Self;
    const behavior: Behavior = (inbox, me) => {
      self = me;
      return inbox.pipe(
        tap(({ from, payload, ref }) => {
          if (ref === undefined)
            heard.set(from as Pid, [
              ...(heard.get(from as Pid) ?? []),
              payload as [number, number],
            ]);
        }),
        map((message) => (message.ref === undefined ? undefined : reply(message, 'answer'))),
      );
    };
    const pid = home.system.spawn(behavior);
    home.system.flush();
    this.actors.push({ pid, home, heard, sent: new Map(), self });
  }

  #act(act: string, by: Actor, to: Actor): void {
    const { home, self } = by;
    if (act === 'kill') home.system.terminate(to.pid);
    if (act === 'exit') home.system.exit(to.pid, new Error('told to'));
    if (act === 'monitor') this.#ask((end) => home.system.monitor(to.pid).subscribe(end));
    if (act === 'call') {
      this.#ask((end) =>
        home.system.call(to.pid, 'ask', 1, { timeout: '20s' }).subscribe({ next: end, error: end }),
      );
    }
    if (!home.system[kernelOf].processes.has(by.pid)) return;
    if (act === 'trap') self.setOptions({ trapLinks: true });
    if (act === 'unlink') self.unlink(to.pid);
    if (act === 'send') this.#send(by, to);
    try {
      if (act === 'link') self.link(to.pid);
    } catch (error) {
      expect(error).toMatchObject({ name: 'ProcessError', code: 'NotFound' });
    }
  }

  #send(by: Actor, to: Actor): void {
    const session = this.sessions.get(by.home) as number;
    const key = `${to.pid} ${session}`;
    const number = by.sent.get(key) ?? 0;
    if (by.self.send(to.pid, 'x', [session, number])) by.sent.set(key, number + 1);
  }

  #ask(subscribe: (end: () => void) => { unsubscribe(): void }): void {
    const asked: Asked = {
      ends: 0,
      isForgotten: false,
      forget: () => {
        asked.isForgotten = true;
        subscription.unsubscribe();
      },
    };
    this.asked.push(asked);
    const subscription = subscribe(() => asked.ends++);
  }
}

/** Within each session of a sender, in order: the first, the second, … without a gap or one twice (D11). */
function expectOrder({ actors }: World): void {
  for (const { heard } of actors) {
    for (const numbers of heard.values()) {
      let [session, next] = [-1, 0];
      for (const [of, number] of numbers) {
        if (of !== session) {
          expect(of).toBeGreaterThan(session);
          [session, next] = [of, 0];
        }
        expect(number).toBe(next++);
      }
    }
  }
}

/** Each link of a process is held by the other end, wherever that is (K1). */
function expectSymmetry({ actors }: World): void {
  const peersOf = ({ home, pid }: Actor): Pid[] =>
    [...(home.system[kernelOf].processes.get(pid)?.links.keys() ?? [])].map((peer) => peer.pid);
  for (const actor of actors) {
    for (const peer of peersOf(actor)) {
      const other = actors.find(({ pid }) => pid === peer) as Actor;
      expect(peersOf(other)).toContain(actor.pid);
    }
  }
}

describe('two nodes, under any faults of what is between them', () => {
  it('keep order within a session, one end of whatever was asked, links of both ends, and nothing of what is gone (D11, D29, D32, D34)', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
        const world = new World();
        for (const each of steps) world.do(each);
        world.heal();
        expectOrder(world);
        expectSymmetry(world);

        const { nodes, advance } = world.nodes;
        for (const { home, pid } of world.actors) home.system.terminate(pid);
        advance(100);
        for (const { ends, isForgotten } of world.asked) expect(ends).toBe(isForgotten ? 0 : 1);
        expect(counts(...nodes)).toEqual([NOTHING, NOTHING]);
        const empty = { processes: 0, names: 0, scopes: 0, calls: 0, residents: 0 };
        expect(nodes.map(({ system }) => tables(system))).toEqual([empty, empty]);
      }),
      { numRuns: 60 },
    );
  });
});
