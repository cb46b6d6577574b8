import { ProcessError, shown } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import { channel } from '../definitions/channelDefinition.js';
import { isChannelName } from '../definitions/channelName.js';
import type { WebSocketManager } from '../manager/webSocketManager.js';
import { brokerOf } from './brokerOf.js';
import type { ChatMessage } from './chatMessage.js';

/**
 * Chat rooms, of which room `r` is the channel `chat:r` (B11): clients come into one by subscribing that channel. What
 * it sends has the time of the system's clock, and each send returns to how many connections it went.
 *
 * The room `services` has what applications do with a manager, one service a file.
 *
 * Every method but `listRooms` throws ProcessError `Invalid` for a room that is no text of 1 to 250 characters, and
 * those that send for a text that is none.
 *
 * @throws ProcessError `Invalid` for what is no manager.
 * @example const chat = new ChatService(manager);
 */
export class ChatService {
  readonly #manager: WebSocketManager;
  readonly #broker: Broker;

  constructor(manager: WebSocketManager) {
    this.#broker = brokerOf(manager, 'ChatService');
    this.#manager = manager;
  }

  /**
   * Makes a room, or changes the description of one that is there. Whatever else is said of its channel by a pattern,
   * as who may join, holds for it as well.
   *
   * @example chat.createRoom('general', 'General Discussion');
   */
  createRoom(room: string, description?: string): void {
    const name = channelOf(room);
    const defined = this.#broker.definitionOf(name)?.options;
    this.#manager.channels.createChannel(channel(name, { ...defined, description }));
  }

  /** Says something in a room: type json, payload `{ username, message, timestamp, room }`. 0: nobody is there. */
  sendMessage(room: string, said: ChatMessage): number {
    const { timestamp } = this.#broker;
    const { username, message, room: named = null } = said ?? {};
    checkText('username', username);
    checkText('message', message);
    const payload = { username, message, timestamp, room: named };
    return this.#manager.sendToChannel(channelOf(room), { type: 'json', payload, timestamp });
  }

  /** Sends a text of the system to a room. */
  sendSystemMessage(room: string, text: string): number {
    checkText('text', text);
    const { timestamp } = this.#broker;
    const message = { type: 'system', payload: text, timestamp } as const;
    return this.#manager.sendToChannel(channelOf(room), message);
  }

  /** Tells a room `<user> has joined the room`. */
  notifyUserJoined(room: string, username: string): number {
    checkText('username', username);
    return this.sendSystemMessage(room, `${username} has joined the room`);
  }

  /** Tells a room `<user> has left the room`. */
  notifyUserLeft(room: string, username: string): number {
    checkText('username', username);
    return this.sendSystemMessage(room, `${username} has left the room`);
  }

  /** How many are in a room; 0 in one that there is not. */
  roomUserCount(room: string): number {
    return this.#manager.channels.subscriberCount(channelOf(room));
  }

  /** The names of all rooms, private ones as well, in the order of their creation. */
  listRooms(): readonly string[] {
    return this.#manager.channels
      .listChannels()
      .filter((name) => name.startsWith(PREFIX))
      .map((name) => name.slice(PREFIX.length));
  }
}

const PREFIX = 'chat:';

function channelOf(room: string): string {
  const isRoom = typeof room === 'string' && room !== '';
  if (isRoom && isChannelName(PREFIX + room)) return PREFIX + room;
  throw new ProcessError(
    'Invalid',
    `${shown(room)} is no name of a room: give 1 to 250 characters`,
  );
}

function checkText(field: string, text: unknown): void {
  if (typeof text === 'string') return;
  throw new ProcessError('Invalid', `ChatService: ${field} is a text, not ${shown(text)}`);
}
