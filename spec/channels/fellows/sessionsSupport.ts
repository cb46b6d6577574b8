import type { ClientMessage } from '../../../lib/channels/index.js';
import type { ChannelTest } from '../../../lib/testing/channels/channelTest.js';
import type { TestClient } from '../../../lib/testing/channels/testClient.js';
import { collect } from '../../support/runtime.js';
import { type Managers, managersOf, partsOf } from './support.js';

export type Three = readonly [ChannelTest, ChannelTest, ChannelTest];

/** Three nodes, and what the application of each is asked. */
export function three(options: Parameters<typeof managersOf>[2] = {}, channels = {}) {
  const on = managersOf(['a', 'b', 'c'], channels, {
    ...options,
    limits: { requestBurst: 10_000, ...options.limits },
  });
  const [a, b, c] = on.tests as unknown as Three;
  const asked = on.tests.map(({ manager }) => collect(manager.messages$));
  return { on, a, b, c, asked: asked as unknown as readonly ClientMessage[][] };
}

/** A client that has a session of its own, and the secret of that. */
export function guest(t: ChannelTest, identity?: string) {
  const client = t.connect({ identity });
  const [welcome] = client.frames;
  return { client, secret: String(welcome?.hello?.session) };
}

/** A client that asks for a session first of all; its request has the id 1000. */
export function comesBack(
  t: ChannelTest,
  secret: string,
  n: number,
  identity?: string,
): TestClient {
  const client = t.connect({ identity });
  client.send({ type: 'system', payload: { command: 'resume', session: secret, n }, id: 1_000 });
  return client;
}

/** How the request of an id has ended: its result, or the code of its error; `undefined`: it has not. */
export function answerTo(client: TestClient, id = 1_000): unknown {
  const reply = client.frames.find((frame) => frame.id === id && frame.ok !== undefined);
  return reply && (reply.error?.code ?? reply.result ?? reply.payload);
}

export const RESUMED = { resumed: true };
export const refused = (reason: string) => ({ resumed: false, reason });

/** A once-request. */
export const order = (id: number) => ({ type: 'json', payload: `order ${id}`, id, once: true });

/** How a client was closed. */
export const closing = (client: TestClient): string | undefined => {
  const close = client.frames.find(({ type }) => type === 'close') as
    | { readonly code?: number; readonly reason?: string }
    | undefined;
  return close && `${close.code} ${close.reason}`;
};

/** What each node keeps of sessions that have gone from node to node. */
export const kept = ({ tests }: Managers): number[] =>
  tests.map((t) => partsOf(t).clients.sessions.size);
