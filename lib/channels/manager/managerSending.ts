import type { Observable } from 'rxjs';
import {
  type Duration,
  durationOption,
  insideOf,
  knownOptions,
  ProcessError,
} from '../../core/index.js';
import type { EventType, WireMessage } from '../../protocol/index.js';
import { type BroadcastOptions, broadcast } from '../broker/broadcast.js';
import { sendToChannel } from '../broker/sendToChannel.js';
import type { Member } from '../members/member.js';
import { encodeMessage, WebSocketMessage } from '../messages/webSocketMessage.js';
import type { SendOptions } from '../table/sending.js';
import { ManagerView } from './managerView.js';

/** The methods of a manager that send. */
export abstract class ManagerSending extends ManagerView {
  /**
   * Sends a message to all connections, or to those that the options pick; returns to how many (B9).
   *
   * @throws ProcessError `Invalid` for an unknown option, or a message that has no JSON.
   * @example manager.broadcast(WebSocketMessage.text('Hello everyone!'), { exclude: [id] });
   */
  broadcast(message: WireMessage, options?: BroadcastOptions): number {
    return broadcast(this[insideOf].broker, message, options);
  }

  /**
   * Sends a message to all in a channel; returns to how many connections, 0 if there is no such channel. Processes and
   * other ids in it are not counted (B9).
   *
   * @throws ProcessError `Invalid` for an unknown option, or a message that has no JSON.
   * @example manager.sendToChannel('chat:room1', WebSocketMessage.json({ key: 'value' }));
   */
  sendToChannel(name: string, message: WireMessage, options?: SendOptions): number {
    return sendToChannel(this[insideOf].broker, name, message, options);
  }

  /**
   * Sends a message to one connection.
   *
   * @throws ProcessError `NotFound`: `Connection not found: <id>`, also of one that is closing; `Invalid` for a message
   * that has no JSON.
   */
  sendToConnection(id: string, message: WireMessage): void {
    const text = encodeMessage(message);
    if (!this.#member(id).write(text)) throw notFound(id);
  }

  /**
   * Asks a client that speaks v1 and emits its one reply (CP11). Cold. Errors: `Timeout`, by default after 10 s;
   * `Unavailable`: it has gone, or speaks the page's dialect, in which nothing can be asked; `NotFound`: it has no
   * handler, or there is no such connection; `Internal`: it has failed; `Invalid`: its reply does not fit the schema.
   */
  request<Data, Reply>(
    id: string,
    event: EventType<Data, Reply>,
    data: NoInfer<Data>,
    options: { readonly timeout?: Duration } = {},
  ): Observable<Reply> {
    knownOptions('request', options, { timeout: true });
    const { asked, broker } = this[insideOf];
    const { timeout } = options;
    const millis =
      timeout === undefined ? broker.limits.requestTimeout : durationOption('timeout', timeout);
    return asked.ask(() => this.#member(id), event, data, millis);
  }

  /** Sends a message of type ping to all; returns to how many. */
  pingAll(): number {
    return this.broadcast(WebSocketMessage.ping());
  }

  #member(id: string): Member {
    const member = this[insideOf].broker.members.get(id);
    if (member !== undefined) return member;
    throw notFound(id);
  }
}

const notFound = (id: string): ProcessError =>
  new ProcessError('NotFound', `Connection not found: ${id}`);
