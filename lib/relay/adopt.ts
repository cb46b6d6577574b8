import { type Observable, of } from 'rxjs';
import type { RelayConfig } from '../codec/index.js';
import { exit, type Inbox, type Self } from '../core/index.js';
import { processOf } from '../runtime/index.js';
import { Connection } from './connection.js';
import { Counters } from './counters.js';
import { introduceTopics } from './introduceTopics.js';
import { findTarget, routeTo } from './routeTo.js';
import type { Socket } from './socket.js';
import type { Route, SessionCommand } from './state.js';
import { verdict } from './verdict.js';

/**
 * Has a process that runs already be the connection to a server (A8): from here on it is one like those of a hub, with
 * the same session, whose commands it has to emit. If the target has ended meanwhile, the socket closes.
 */
export function adopt(
  inbox: Inbox,
  self: Self,
  socket: Socket,
  config: RelayConfig,
  closeTimeout: number,
): Observable<SessionCommand> {
  const process = processOf(self, 'dial');
  const { kernel } = process;
  const target = findTarget(kernel, config.target ?? '');
  if (target === undefined) return withoutTarget(socket);
  introduceTopics(kernel);
  const events = new Counters().counting(kernel.events);
  const owner = { kernel, closeTimeout, flowControl: true, events, remove: () => {} };
  const route: Route = { ...routeTo(target, config), peer: 'server' };
  const connection = new Outbound(owner, socket, route, undefined, undefined);
  socket.throttle(connection.delivery);
  process.extension = connection;
  return connection.run(inbox, self);
}

function withoutTarget(socket: Socket): Observable<SessionCommand> {
  const { frame, exit: how } = verdict({ type: 'target', exit: { type: 'noproc' } });
  if (frame !== undefined) socket.close(frame.code, frame.reason);
  return of(exit(how));
}

/** The server was our choice, and no crowd that can make processes crash at will: its loss is worth a line of the log. */
class Outbound extends Connection {
  override get isConnection(): false {
    return false;
  }
}
