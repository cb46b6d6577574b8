import { expect } from '@jest/globals';
import type { ClientMessage, LimitOptions } from '../../../lib/channels/index.js';
import type { HandshakeRequest } from '../../../lib/channels/manager/handshake.js';
import { kernelOf } from '../../../lib/runtime/index.js';
import { collect } from '../../support/runtime.js';
import { Scene, type Visitor } from '../scene.js';

/** A client that has read its welcome, and the secret of its session. */
export interface Guest extends Visitor {
  readonly secret: string;
}

/** Connects a client, as somebody if an identity is given. */
export function guest(
  scene: Scene,
  identity?: string,
  asked: Partial<HandshakeRequest> = {},
): Guest {
  const connect = identity === undefined ? undefined : () => ({ identity });
  const client = scene.connect({ connect, ...asked });
  const [welcome] = client.frames;
  return Object.assign(client, { secret: String(welcome?.hello.session) });
}

/** Connects a client that asks for a session first of all; its request has the id 1000. */
export function comesBack(scene: Scene, session: string, n: number, identity?: string): Guest {
  const client = guest(scene, identity);
  client.command('resume', { session, n }, 1_000);
  return client;
}

/** How many timers run. */
export const timers = ({ system }: Scene): number =>
  (system[kernelOf].scheduler as unknown as { readonly actions: readonly unknown[] }).actions
    .length;

export const RESUMED = { id: 1_000, ok: true, result: { resumed: true } };

/** The reply to a resume that was not taken, for a reason. */
export const refused = (reason: string) => ({
  id: 1_000,
  ok: true,
  result: { resumed: false, reason },
});

/** How the requests of a client have ended, in the order of the replies: each id with ok, or with the code of its error. */
export const endings = ({ frames }: Visitor): string[] =>
  frames.map(({ id, error }) => `${id} ${error?.code ?? 'ok'}`);

/** A once-request. */
export const order = (id: number, payload: unknown = `order ${id}`) => ({
  ...{ type: 'json', payload, id, once: true },
});

/** A client, and what the application is asked; it answers by hand, unless it is to `echo`. */
export function shop(limits: LimitOptions = {}, echo?: (id: unknown) => unknown) {
  const scene = new Scene({ limits: { requestBurst: 10_000, ...limits } });
  const asked = collect(scene.manager.messages$);
  if (echo) scene.manager.messages$.subscribe((m) => m.reply(echo(m.payload)));
  const ann = guest(scene);
  return { scene, asked, ann };
}

export const answer = (
  scene: Scene,
  message: ClientMessage | undefined,
  value: unknown,
): boolean => {
  const isTaken = message?.reply(value) === true;
  scene.system.flush();
  return isTaken;
};

/** The client has lost its connection, as the server knows, and is back. */
export function back(scene: Scene, { secret, ...ann }: Guest, n = 2): Guest {
  if (ann.scene.manager.getConnectionMetadata(ann.pid) !== undefined) ann.client.next(LOST);
  const client = comesBack(scene, secret, n);
  expect(client.frames).toMatchObject([RESUMED]);
  return Object.assign(client, { secret });
}

const LOST = { type: 'closed', code: 1006, reason: '' } as const;
