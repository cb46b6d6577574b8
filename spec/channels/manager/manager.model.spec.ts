import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { channel, WebSocketMessage } from '../../../lib/channels/index.js';
import type { Pid } from '../../../lib/index.js';
import { ws } from '../../../lib/protocol/index.js';
import { idle } from '../../support/runtime.js';
import { Scene, type Visitor } from '../scene.js';
import { Model, type ModelClient } from './model.js';

const NAMES = ['a', 'b', '__proto__'];

/** A manager and its model, to both of which the same is done. */
class Pair {
  readonly scene = new Scene();
  readonly model = new Model();
  readonly visitors: Visitor[] = [];
  readonly processes: Pid[] = [];
  readonly elsewhere = this.scene.system.spawn(idle);
  /** Who is in each channel, as `members$` tells. */
  readonly told = new Map<string, Set<Pid>>();
  #sent = 0;

  constructor() {
    this.scene.system.flush();
    const { manager } = this.scene;
    for (const name of NAMES) {
      const told = new Set<Pid>();
      this.told.set(name, told);
      manager.channel(name).members$.subscribe(({ type, connection: { pid }, count }) => {
        if (type === 'joined') told.add(pid);
        else told.delete(pid);
        expect(count).toBe(manager.channels.subscriberCount(name));
      });
    }
  }

  connect(isV1: boolean): void {
    const { outcome } = this.scene.ask({ protocols: isV1 ? 'rx-process.v1' : undefined });
    if (outcome === undefined || !('relay' in outcome)) throw new Error('refused');
    const visitor = this.scene.enter(outcome.relay as object);
    // As the routes do when their answer is out.
    if (outcome.id !== undefined) this.scene.inside.arrivals.forget(outcome.id);
    this.visitors.push(visitor);
    this.model.connect(visitor.pid, isV1);
  }

  spawn(): void {
    const pid = this.scene.system.spawn(idle);
    this.processes.push(pid);
    this.model.processes.add(pid);
  }

  next(): { n: number; message: WebSocketMessage } {
    const n = ++this.#sent;
    return { n, message: WebSocketMessage.json(n) };
  }

  /** What each client was sent, in a word each. */
  got(visitor: Visitor): (string | number)[] {
    return visitor.socket.actions.flatMap((action) => {
      if (action.type !== 'write') return [];
      const { payload } = JSON.parse(String(action.data));
      return [payload.event ?? payload];
    });
  }

  compare(): void {
    const { manager, system } = this.scene;
    const { model } = this;
    expect(manager.getConnectionIds()).toEqual([...model.connected]);
    expect(manager.connectionCount()).toBe(model.connected.size);
    expect(manager.channels.listChannels()).toEqual([...model.channels.keys()]);
    for (const name of NAMES) {
      const members = [...(model.channels.get(name) ?? [])];
      expect(manager.channels.getSubscribers(name)).toEqual(members);
      expect(manager.channels.subscriberCount(name)).toBe(members.length);
      expect(system.groups.members(`channel:${name}`)).toEqual(members);
      const connections = members.filter((id) => !this.processes.includes(id));
      expect(new Set(this.told.get(name))).toEqual(new Set(connections));
    }
    this.visitors.forEach((visitor, i) => {
      expect(this.got(visitor)).toEqual(model.clients[i]?.got);
    });
  }
}

/** What may happen; `i` picks a client or process, where there is one, and `name` a channel. */
const STEPS: Readonly<Record<string, (pair: Pair, at: At) => void>> = {
  connect: (pair, { i }) => pair.connect(i % 2 === 0),
  spawn: (pair) => pair.spawn(),
  turn: ({ scene, model }) => {
    scene.system.flush();
    model.flush();
  },
  commands: ({ model }, { visitor, client, name, i }) => {
    const command = i % 3 === 0 ? 'unsubscribe' : 'subscribe';
    const data = JSON.stringify({ type: 'system', payload: { command, channel: name } });
    visitor?.client.next({ type: 'frame', data, size: data.length });
    if (client) model.command(client, command, name);
  },
  drop: ({ model }, { visitor, client, i }) => {
    visitor?.client.next({ type: 'closed', code: i % 2 === 0 ? 1006 : 1001, reason: '' });
    if (client) model.drop(client);
  },
  terminate: ({ scene, model }, { id }) => {
    scene.system.terminate(id);
    model.terminate(id);
  },
  close: ({ scene, model }, { client }) => {
    if (client === undefined) return;
    scene.manager.closeConnection(client.pid);
    model.close(client);
  },
  transfer: (pair, { client, i }) => {
    if (client === undefined) return;
    const isAway = i % 2 === 0;
    const { system, manager } = pair.scene;
    if (client.phase !== 'ended') {
      const target_pid = isAway ? pair.elsewhere : manager.pid;
      system.send(client.pid, ws.control, { target_pid });
    }
    pair.model.transfer(client, isAway);
  },
  subscribe: ({ scene, model }, { id, name }) => {
    expect(scene.manager.channels.subscribe(name, id)).toBe(model.subscribe(name, id));
  },
  unsubscribe: ({ scene, model }, { id, name }) => {
    expect(scene.manager.channels.unsubscribe(name, id)).toBe(model.unsubscribe(name, id));
  },
  create: ({ scene, model }, { name }) => {
    scene.manager.channels.createChannel(channel(name));
    if (!model.channels.has(name)) model.channels.set(name, new Set());
  },
  delete: ({ scene, model }, { name }) => {
    expect(scene.manager.channels.deleteChannel(name)).toBe(model.delete(name));
  },
  sendToChannel: (pair, { name }) => {
    const { n, message } = pair.next();
    const count = pair.scene.manager.sendToChannel(name, message);
    expect(count).toBe(pair.model.send(name, n));
  },
  broadcast: (pair, { id, i, name }) => {
    const { n, message } = pair.next();
    const to = i % 2 === 0 ? name : undefined;
    const count = pair.scene.manager.broadcast(message, { exclude: [id], channel: to });
    expect(count).toBe(pair.model.send(to, n, id));
  },
};

interface At {
  readonly i: number;
  readonly name: string;
  /** A PID of a client or a process, or of nobody. */
  readonly id: Pid;
  readonly visitor: Visitor | undefined;
  readonly client: ModelClient | undefined;
}

const kinds = Object.keys(STEPS);
const step = fc.record({
  // Half of the steps is about who is in what.
  kind: fc.constantFrom(...kinds, 'connect', 'commands', 'commands', 'subscribe', 'turn', 'turn'),
  i: fc.nat(11),
  name: fc.constantFrom(...NAMES),
});

function perform(pair: Pair, { kind, i, name }: { kind: string; i: number; name: string }): void {
  const { visitors, processes, model } = pair;
  const at = i % Math.max(1, visitors.length);
  const ids = [...visitors.map(({ pid }) => pid), ...processes];
  const id = ids[i % Math.max(1, ids.length)] ?? '{nobody|0x00001}';
  STEPS[kind]?.(pair, { i, name, id, visitor: visitors[at], client: model.clients[at] });
}

describe('a manager', () => {
  it('has the right lists and counts, and delivers right, whatever comes when (B8–B12, B18)', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const pair = new Pair();
        for (const each of steps) {
          perform(pair, each);
          pair.compare();
        }
        STEPS.turn?.(pair, {} as At);
        pair.compare();

        for (const { client } of pair.visitors) {
          client.next({ type: 'closed', code: 1006, reason: '' });
        }
        STEPS.turn?.(pair, {} as At);
        const { held } = pair.scene;
        expect(held).toEqual(Object.fromEntries(Object.keys(held).map((table) => [table, 0])));
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
