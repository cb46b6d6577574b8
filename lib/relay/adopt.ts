import { type Observable, of } from 'rxjs';
import type { RelayConfig } from '../codec/index.js';
import { exit, type Inbox, type Self } from '../core/index.js';
import { processOf } from '../runtime/index.js';
import { introduceTopics } from './introduceTopics.js';
import { OwnConnection } from './ownConnection.js';
import { findTarget } from './routeTo.js';
import type { Socket } from './socket.js';
import type { SessionCommand } from './state.js';
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
  const connection = new OwnConnection(kernel, socket, target, config, closeTimeout);
  socket.throttle(connection.delivery);
  process.extension = connection;
  return connection.run(inbox, self);
}

function withoutTarget(socket: Socket): Observable<SessionCommand> {
  const { frame, exit: how } = verdict({ type: 'target', exit: { type: 'noproc' } });
  if (frame !== undefined) socket.close(frame.code, frame.reason);
  return of(exit(how));
}
