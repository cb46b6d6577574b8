import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { map } from 'rxjs';
import {
  accept,
  type ChannelBehavior,
  type ChannelOptions,
  channel,
  type JoinRequest,
  type ManagerOptions,
  room,
  WebSocketMessage,
} from '../../../lib/channels/index.js';
import { ofTopic } from '../../../lib/index.js';
import { EventSocket, Outbox } from '../../../lib/ws/index.js';
import { FakeResponse } from '../../support/fakeResponse.js';
import { Scene } from '../scene.js';

const all: FakeResponse[] = [];
// Or the timers of their outboxes would go on.
afterEach(() => {
  for (const response of all.splice(0)) response.destroy();
});

/** A manager on virtual time, with clients of server-sent events. */
class Streams extends Scene {
  #ids = 0;
  readonly #outbox = new Outbox(this.system, { pingInterval: 0 });

  constructor(options?: ManagerOptions) {
    super(options);
    this.broker.newId = (what) => `${what}${++this.#ids}`;
  }

  /** A manager whose channel `a` has these options. */
  static of(options: ChannelOptions, more: ManagerOptions = {}): Streams {
    return new Streams({ channels: [channel('a', options)], ...more });
  }

  /** Connects a client, and has everything done that is due. */
  stream(name: string, lastId = ''): Listener {
    const { outcome } = this.ask({ channel: name, lastId });
    if (outcome === undefined || !('relay' in outcome)) throw new Error(JSON.stringify(outcome));
    const response = new FakeResponse();
    all.push(response);
    const config = {
      ...{ target: this.manager.pid, rejoin: 0, message_topic: 'ws.message', expires_at: 0 },
      ...{ heartbeat_interval: 0, metadata: {} },
      ...outcome.relay,
    };
    const socket = new EventSocket(response.response, this.#outbox);
    const pid = this.hub.connect(socket, config as never);
    this.system.flush();
    return new Listener(this, response, pid as string);
  }

  say(...values: unknown[]): this {
    for (const value of values) this.manager.sendToChannel('a', WebSocketMessage.json(value));
    this.system.flush();
    return this;
  }
}

/** A client of server-sent events, as a browser reads them. */
class Listener {
  #read = 1;
  /** The id that it would say when it comes back. */
  lastId = '';

  constructor(
    readonly scene: Streams,
    readonly response: FakeResponse,
    readonly pid: string,
  ) {}

  /** The events since one last looked, or so many of them, each as `id event payload`. */
  hear(count = Number.POSITIVE_INFINITY): string[] {
    const events = this.response.events.slice(this.#read, this.#read + count);
    this.#read += events.length;
    return events.map((text) => {
      const fields = Object.fromEntries(text.split('\n').map((line) => line.split(/: (.*)/s)));
      this.lastId = fields.id ?? this.lastId;
      const { payload, reason } = JSON.parse(fields.data);
      const said = reason ?? (typeof payload === 'object' ? JSON.stringify(payload) : payload);
      return [fields.id ?? '-', fields.event, said].filter((part) => part !== undefined).join(' ');
    });
  }

  async leave(): Promise<void> {
    this.response.destroy();
    // Node tells of it behind what it has begun.
    for (let i = 0; i < 3; i++) await new Promise<void>((resolve) => process.nextTick(resolve));
    this.scene.system.flush();
  }
}

const welcome = 'Connected to channel: a';

describe('a client of server-sent events', () => {
  it('is told where it begins, and where each message of its channel is (SE5, CH6)', () => {
    const scene = new Streams({ channels: [channel('*', { history: {} })] });
    const listener = scene.stream('a');
    const late = scene.say(1).stream('a');
    scene.manager.channels.subscribe('b', listener.pid);
    scene.manager.sendToChannel('b', WebSocketMessage.text('elsewhere'));
    scene.manager.sendToChannel('a', WebSocketMessage.system('not recorded'));
    scene.manager.broadcast(WebSocketMessage.text('to all'));
    scene.say(2);

    expect(listener.hear()).toEqual([
      ...[`epoch2:0 ${welcome}`, 'epoch2:1 1', '- elsewhere', '- not recorded'],
      ...['- to all', 'epoch2:2 2'],
    ]);
    expect(late.hear()[0]).toBe(`epoch2:1 ${welcome}`);
  });

  it('is told no position where there is no history (SE5)', () => {
    const scene = new Streams();
    const listener = scene.stream('a');
    scene.say(1);

    expect(listener.hear()).toEqual([`- ${welcome}`, '- 1']);
  });

  it('gets what it has missed, and nothing twice, when it comes back (SE5, CH4)', async () => {
    const scene = Streams.of({ history: {} });
    const before = scene.stream('a');
    scene.say(1);
    before.hear();
    await before.leave();
    const after = scene.say(2, 3).stream('a', before.lastId);
    scene.say(4);

    // Its position is its own until it has more.
    expect(after.hear()).toEqual([`- ${welcome}`, 'epoch2:2 2', 'epoch2:3 3', 'epoch2:4 4']);
  });

  it.each([
    { reason: 'epoch', lastId: 'other:1', history: {} },
    { reason: 'epoch', lastId: '1', history: {} },
    { reason: 'epoch', lastId: 'epoch1:x', history: {} },
    { reason: 'ahead', lastId: 'epoch1:4', history: {} },
    { reason: 'expired', lastId: 'epoch1:0', history: { size: 2 } },
    { reason: 'too_many', lastId: 'epoch1:0', history: { recover: 2 } },
  ])(
    'is told by a gap $reason that it does not get it all (SE5, CH5)',
    ({ lastId, history, reason }) => {
      const scene = Streams.of({ history }).say(1, 2, 3);
      const listener = scene.stream('a', lastId);
      scene.say(4);

      expect(listener.hear()).toEqual([`- ${welcome}`, `epoch1:3 gap ${reason}`, 'epoch1:4 4']);
    },
  );

  it('is told by a gap that there is no history (SE5, CH5)', () => {
    const scene = new Streams();

    expect(scene.stream('a', 'epoch1:1').hear()).toEqual([`- ${welcome}`, '- gap no_history']);
  });

  it('begins before the values that it gets, which may be cut (SE5, CH7)', () => {
    const history = {
      keep: 'latest',
      key: ({ payload }: { payload?: unknown }) => `${payload}`[0],
    };
    const scene = Streams.of({ history: history as never }).say('a1', 'b1', 'a2');
    const cut = scene.stream('a');

    expect(cut.hear(2)).toEqual([`epoch1:0 ${welcome}`, 'epoch1:2 b1']);
    expect(scene.stream('a', cut.lastId).hear()).toEqual([`- ${welcome}`, 'epoch1:3 a2']);
  });

  it('keeps its position through filters, transforms and gatherings (SE5, CH10, B30)', () => {
    const join = () => ({
      filter: ({ payload }: { payload?: unknown }) => (payload as number) % 5 === 0,
      transform: (message: { payload?: unknown }) =>
        ({ ...message, payload: `${message.payload}!` }) as never,
    });
    const scene = Streams.of({ history: { size: 4 }, join, coalesce: 10 });
    const listener = scene.stream('a');
    scene.say(5).system.advance(10);
    scene.say(6, 7, 8, 10).system.advance(10);
    scene.say(11, 12).system.advance(10);

    expect(listener.hear()).toEqual([
      ...[`epoch2:0 ${welcome}`, 'epoch2:1 5!', 'epoch2:5 10!', 'epoch2:7 position'],
    ]);
    expect(listener.lastId).toBe('epoch2:7');
  });

  it("says where it was to hooks, and comes back by the channel's process as well (SE5, B24)", () => {
    const asked: unknown[] = [];
    const join = ({ since }: JoinRequest) => asked.push(since) > 0;
    const behavior: ChannelBehavior = (inbox) =>
      inbox.pipe(
        ofTopic(room.join),
        map((message) => {
          join(message.payload.request);
          return accept(message);
        }),
      );
    const scene = Streams.of({ history: {}, join, behavior, admit: 'behavior' }).say(1, 2);
    const listener = scene.stream('a', 'epoch1:1');

    expect(listener.hear()).toEqual(['- WebSocket connected', `- ${welcome}`, 'epoch1:2 2']);
    expect(asked).toEqual([
      { epoch: 'epoch1', offset: 1 },
      { epoch: 'epoch1', offset: 1 },
    ]);
  });

  it('hears each message once and in order, wherever its streams are cut (SE5, PT1)', async () => {
    const step = fc.oneof(fc.constant('say' as const), fc.nat(6));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const scene = Streams.of({ history: { size: 1_000 } });
        const got: string[] = [];
        let [listener, count] = [scene.stream('a'), 0];
        const hear = (most?: number) => {
          for (const event of listener.hear(most)) got.push(event.replace(/^\S+ /, ''));
        };
        // A client without a position has missed nothing.
        hear(1);
        for (const each of [...steps, 99]) {
          if (each === 'say') scene.say(++count);
          else {
            hear(each);
            const { lastId } = listener;
            await listener.leave();
            listener = scene.stream('a', lastId);
            listener.lastId = lastId;
          }
        }
        hear();

        const said = got.filter((event) => event !== welcome);
        expect(said).toEqual(Array.from({ length: count }, (_, i) => `${i + 1}`));
        expect(scene.held).toMatchObject({ members: 1, connections: 1, arrivals: 0 });
      }),
      { numRuns: 40 },
    );
  });
});
