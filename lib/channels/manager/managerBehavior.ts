import { finalize, map, type Observable } from 'rxjs';
import { type Inbox, is, type Message, type Output } from '../../core/index.js';
import { ws } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import { receive } from '../wire/receive.js';
import type { Arrivals } from './arrivals.js';

/**
 * The behaviour of a manager's process: clients come, send and leave. It is one pipeline, and nothing that a client
 * sends or a hook throws can end it.
 */
export function managerBehavior(
  broker: Broker,
  arrivals: Arrivals,
): (inbox: Inbox) => Observable<Output> {
  const take = (message: Message): void => {
    if (is(message, ws.message)) {
      const { client_pid, data } = message.payload;
      const member = broker.members.get(client_pid);
      // Whom the manager has closed may have sent something before.
      if (member === undefined) broker.drop(client_pid, 'closing');
      else receive(broker, member, data);
    } else if (is(message, ws.join)) arrivals.enter(message.payload);
    else if (is(message, ws.leave)) {
      const { client_pid, reason } = message.payload;
      if (reason === 'transferred') arrivals.transferred(client_pid);
      broker.left(client_pid, reason);
    } else arrivals.take(message);
  };
  const manager = (inbox: Inbox) =>
    inbox.pipe(
      map((message) => {
        try {
          take(message);
        } catch (error) {
          broker.report(`a message under ${message.topic}`, error);
        }
      }),
      finalize(() => broker.end()),
    );
  return manager;
}
