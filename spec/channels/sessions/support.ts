import type { HandshakeRequest } from '../../../lib/channels/manager/handshake.js';
import { kernelOf } from '../../../lib/runtime/index.js';
import type { Scene, Visitor } from '../scene.js';

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
