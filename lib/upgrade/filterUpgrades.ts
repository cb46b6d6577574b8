import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { asksForWebSocket } from './handshakeProblem.js';
import { serveAnew } from './serveAnew.js';

/**
 * Has a server treat an offer to upgrade to anything but WebSocket as a plain request, which RFC 9110
 * §7.8 allows: it gets the application's answer, and no listener for upgrades hears of it (Q5). From
 * 22.21 and 24.9 on Node asks `shouldUpgradeCallback` for that; before, it lets go of the socket first
 * and then tells of the request, so that the request has to be served anew.
 *
 * @returns what takes the filter off
 */
export function filterUpgrades(server: Server): () => void {
  const hooks = server as unknown as Hooks;
  if ('shouldUpgradeCallback' in server) {
    const { shouldUpgradeCallback: should } = hooks;
    return replace(
      hooks,
      'shouldUpgradeCallback',
      (request) => asksForWebSocket(request) && should.call(server, request),
    );
  }
  const { emit } = hooks;
  return replace(hooks, 'emit', (event, ...args) => {
    const [request, socket, head] = args as [IncomingMessage, Socket, Buffer];
    if (event !== 'upgrade' || asksForWebSocket(request)) return emit.call(server, event, ...args);
    serveAnew(server, request, socket, head);
    return true;
  });
}

type Emit = (event: string, ...args: unknown[]) => boolean;

/** What is replaced on a server: Node's own hook, or `emit` where Node has no hook yet. */
interface Hooks {
  shouldUpgradeCallback: (request: IncomingMessage) => boolean;
  emit: Emit;
}

/** Puts a method of its own on a server; what takes it off leaves alone who has wrapped it since. */
function replace<Name extends keyof Hooks>(hooks: Hooks, name: Name, by: Hooks[Name]): () => void {
  const before = Object.getOwnPropertyDescriptor(hooks, name);
  hooks[name] = by;
  return () => {
    if (hooks[name] !== by) return;
    if (before === undefined) Reflect.deleteProperty(hooks, name);
    else Object.defineProperty(hooks, name, before);
  };
}
