import type { Pid } from '../core/index.js';
import type { CountedEvents } from './counters.js';
import type { Delivery } from './delivery.js';
import type { Socket } from './socket.js';
import type { SessionCommand } from './state.js';

/** Performs a command of a session; `false` for one that the runtime has to perform itself. */
export function perform(connection: Performer, command: SessionCommand): boolean {
  const { socket } = connection;
  switch (command.type) {
    case 'forward':
      connection.delivery.forward(command);
      return true;
    case 'resend':
      connection.delivery.resend(command.to);
      return true;
    case 'write':
      if (!socket.write(command.data)) connection.events.drop(connection.pid, 'closing');
      return true;
    case 'close':
      // The socket must be read again, because the client's close frame is expected.
      socket.resume();
      socket.close(command.code, command.reason);
      return true;
    case 'destroy':
      socket.terminate();
      return true;
    case 'warn':
      connection.events.warning(command.code, command.message, connection.pid);
      return true;
    case 'drop':
      connection.events.drop(connection.pid, 'closing');
      return true;
    default:
      return false;
  }
}

/** A connection as its session's commands see it. */
export interface Performer {
  readonly pid: Pid;
  readonly socket: Socket;
  readonly events: Pick<CountedEvents, 'drop' | 'warning'>;
  readonly delivery: Pick<Delivery, 'forward' | 'resend'>;
}
