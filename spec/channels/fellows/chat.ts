import { expect } from '@jest/globals';
import type { ChannelOptions } from '../../../lib/channels/index.js';
import { insideOf } from '../../../lib/core/index.js';
import type { Pid } from '../../../lib/index.js';
import type { ChannelTest } from '../../../lib/testing/channels/channelTest.js';
import type { SubscribeFields } from '../../../lib/testing/channels/subscribeFields.js';
import type { TestClient } from '../../../lib/testing/channels/testClient.js';
import type { ConnectOptions } from '../../../lib/testing/channels/testConnection.js';
import type { Nodes } from '../../cluster/support/nodes.js';
import { noting } from '../rooms/noting.js';
import { brief } from '../rooms/support.js';
import { managersOf } from './support.js';

/** Milliseconds in which what was said is done, answers included. */
export const SOON = 40;

/** Milliseconds in which a node that is killed is lost, and what it had is somebody else's. */
export const LOST = 4_000;

/** Nodes `a`, `b` and `c` with a channel `chat`, whose process writes down who comes and goes, and does what it is told. */
export function chatOf(
  names: readonly string[],
  options: Partial<ChannelOptions> | ((nodes: Nodes) => Partial<ChannelOptions>) = {},
) {
  const log: string[] = [];
  const managers = managersOf(names, (nodes) => {
    const given = typeof options === 'function' ? options(nodes) : options;
    return { chat: { behavior: noting(log), ...given } };
  });
  const { tests, advance } = managers;
  const [a, b, c] = tests as [ChannelTest, ChannelTest, ChannelTest];
  const warnings = tests.map(({ system }) => {
    const codes: string[] = [];
    system.events$.subscribe((event) => event.type === 'warning' && codes.push(event.code));
    return codes;
  });
  return { ...managers, log, a, b, c, warnings, ...deeds(managers.tests, advance) };
}

function deeds(tests: readonly ChannelTest[], advance: (millis: number) => void) {
  return {
    /** Connects a client, which joins the channel and reads what it is told. */
    join(
      test: ChannelTest,
      identity: string,
      fields?: SubscribeFields,
      more?: ConnectOptions,
      told?: readonly string[],
    ) {
      const client = new Guest(test.connect({ identity, ...more }), advance);
      const ref = client.client.subscribe('chat', fields);
      advance(SOON);
      client.client.assertReply(ref, { ok: true });
      const [, ...news] = client.news();
      if (told !== undefined) expect(news).toEqual(told);
      return client;
    },
    /** How many requests the process on a node has to answer. */
    waiting: (test: ChannelTest): number =>
      test.manager[insideOf].rooms.find('chat')?.requests.size ?? 0,
    /** The names of the nodes where a process of the channel runs. */
    processes: (): readonly string[] =>
      tests.flatMap(({ system }) => {
        const pid = system.names.lookup('channel:chat');
        return pid === undefined ? [] : [pid.slice(1, 2)];
      }),
  };
}

/** A client in the channel. */
export class Guest {
  #read = 0;

  constructor(
    readonly client: TestClient,
    readonly advance: (millis: number) => void,
  ) {}

  /** Says an event to the process, and gives what the client is told within a moment. */
  say(event: string, data?: unknown): string[] {
    this.client.push('chat', event, data);
    this.advance(SOON);
    return this.news();
  }

  /** Says it, and gives the frame of the answer. */
  ask(event: string, data?: unknown) {
    const ref = this.client.push('chat', event, data);
    this.advance(SOON);
    this.news();
    return this.client.frames.find(({ id }) => id === ref);
  }

  /** What it got since it was last asked, each in brief. */
  news(): string[] {
    const all = this.client.frames
      .filter(({ type }) => type !== 'close' && type !== 'ping')
      .map(brief);
    const news = all.slice(this.#read);
    this.#read = all.length;
    return news;
  }

  get pid(): Pid {
    return this.client.pid;
  }
}
