import type { RelayConfig } from '../codec/index.js';
import type { Kernel } from '../runtime/index.js';
import { Connection } from './connection.js';
import { Counters } from './counters.js';
import { routeTo, type Target } from './routeTo.js';
import type { Socket } from './socket.js';

/** A connection that we have made, to a server (A8). It belongs to no relay. */
export class OwnConnection extends Connection {
  constructor(
    kernel: Kernel,
    socket: Socket,
    target: Target,
    config: RelayConfig,
    closeTimeout: number,
  ) {
    const events = new Counters().counting(kernel.events);
    const owner = { kernel, closeTimeout, flowControl: true, events, remove: () => {} };
    super(owner, socket, { ...routeTo(target, config), peer: 'server' }, undefined, undefined);
  }

  /** The server was our choice, no crowd that makes processes crash at will: its loss is worth a line of the log. */
  override get isConnection(): false {
    return false;
  }
}
