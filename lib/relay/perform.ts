import type { SendOptions } from '../codec/index.js';
import type { Pid } from '../core/index.js';
import type { Kernel } from '../runtime/index.js';
import type { CountedEvents } from './counters.js';
import type { Delivery } from './delivery.js';
import type { Fate, Socket } from './socket.js';
import type { SessionCommand } from './state.js';
import { tellOutcome } from './tellOutcome.js';

/** Performs a command of a session; `false` for one that the runtime has to perform itself. */
export function perform(connection: Performer, command: SessionCommand): boolean {
  const { socket } = connection;
  switch (command.type) {
    case 'forward':
      connection.delivery.forward(command);
      return true;
    case 'write':
      if (!socket.write(command.data, command.options)) refused(connection, command.options);
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

/** A frame was not taken, because the socket is closing. */
function refused({ kernel, events, pid }: Performer, options: SendOptions | undefined): void {
  events.drop(pid, 'closing');
  if (options !== undefined) tellOutcome(kernel, pid, options, 'dropped');
}

/** What has become of a frame: a drop is counted, and who has asked for it is told (W7–W9). */
export function tellFate(
  { kernel, events, pid }: Performer,
  fate: Fate,
  options: SendOptions | undefined,
): void {
  if (fate !== 'sent' && fate !== 'lost') events.drop(pid, fate);
  if (options === undefined) return;
  tellOutcome(kernel, pid, options, fate === 'sent' ? 'sent' : 'dropped');
}

/** A connection as its session's commands see it. */
export interface Performer {
  readonly pid: Pid;
  readonly kernel: Kernel;
  readonly socket: Socket;
  readonly events: Pick<CountedEvents, 'drop' | 'warning'>;
  readonly delivery: Pick<Delivery, 'forward'>;
}
