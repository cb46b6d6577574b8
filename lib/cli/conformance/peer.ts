import { parseJson } from '../../protocol/index.js';
import type { RelayWebSocket } from '../../ws/index.js';
import { Journal, type Like } from './journal.js';

/** The server's end of one connection of the client: it says what a check wants it to say, and nothing by itself. */
export class Peer {
  readonly #socket: RelayWebSocket;
  /** What the client has sent, message by message. */
  readonly messages = new Journal<Message>('the client');
  /** How many messages each of its frames had; 0 for one that the protocol does not have. */
  readonly sizes: number[] = [];
  /** Bytes of the longest of its frames. */
  longest = 0;
  /** How the client has closed it, or was closed; one item. */
  readonly end = new Journal<Closed>('the client');
  /** Whether a `resume` is answered at once, since it is not what the check is about. */
  readonly #resumes: boolean;
  /** When the last frame was sent (`performance.now`). */
  sentAt = 0;

  constructor(socket: RelayWebSocket, resumes: boolean) {
    this.#socket = socket;
    this.#resumes = resumes;
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#hear(data, isBinary));
    // `RelayWebSocket` leaves that to others.
    socket.on('ping', (data: Buffer) => socket.pong(data));
    socket.on('close', (code: number, reason: Buffer) => {
      this.end.add({ code, reason: String(reason), at: performance.now() });
    });
  }

  /** Sends messages, a frame each. */
  send(...messages: readonly object[]): void {
    for (const message of messages) this.frame(JSON.stringify(message));
  }

  /** Sends a frame as it is. */
  frame(text: string): void {
    this.#socket.send(text);
    this.sentAt = performance.now();
  }

  /** Sends an event of a channel. */
  push(channel: string, event: string, data: unknown, offset?: number): void {
    this.send(pushed(channel, event, data, offset));
  }

  /** The next message of the client that has this. */
  take(wanted: Like, what: string): Promise<Message> {
    return this.messages.take(wanted, what);
  }

  /** The next command of a name; its fields are in its `payload`. */
  async command(name: string, fields: Like = {}): Promise<Command> {
    const wanted = { type: 'system', payload: { command: name, ...fields } };
    return (await this.take(wanted, `the command ${name}`)) as Command;
  }

  /** Answers a command. */
  reply({ id, payload }: Message, result: object): void {
    const { command, channel } = payload as Like;
    this.send({
      id,
      ok: true,
      result: { ...(channel !== undefined && { channel }), ...result },
      type: 'system',
      payload: `Done: ${command}`,
      timestamp: now(),
    });
  }

  /** Refuses a request. */
  refuse({ id }: Message, error: { code: string; retry: boolean; after?: number }): void {
    const message = `no: ${error.code}`;
    this.send({
      id,
      ok: false,
      error: { message, ...error },
      type: 'system',
      payload: message,
      timestamp: now(),
    });
  }

  /** Closes it by a close frame; without a code by one that has none. */
  close(code?: number, reason?: string): void {
    this.#socket.close(code, reason);
    this.sentAt = performance.now();
  }

  /** Loses the connection, without a close frame. */
  drop(): void {
    this.#socket.terminate();
    this.sentAt = performance.now();
  }

  #take(message: Message): void {
    if (this.#resumes && isResume(message)) this.reply(message, { resumed: true });
    else this.messages.add(message);
  }

  #hear(data: Buffer, isBinary: boolean): void {
    const value = isBinary ? undefined : parseJson(String(data));
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    this.sizes.push(items.length);
    this.longest = Math.max(this.longest, data.length);
    for (const item of items) this.#take(isRecord(item) ? item : { type: 'unreadable' });
  }
}

const isResume = ({ type, payload }: Message): boolean =>
  type === 'system' && (payload as Like | undefined)?.command === 'resume';

const isRecord = (value: unknown): value is Message =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A message as the client has sent it. */
export interface Message {
  readonly type?: unknown;
  readonly id?: unknown;
  readonly payload?: unknown;
  readonly [key: string]: unknown;
}

/** A message that is a command. */
export interface Command extends Message {
  readonly payload: Like;
}

/** How a connection has ended, and when (`performance.now`). */
export interface Closed {
  readonly code: number;
  readonly reason: string;
  readonly at: number;
}

/** An event of a channel, as v1 has it. */
export const pushed = (channel: string, event: string, data: unknown, offset?: number): object => ({
  channel,
  ...(offset !== undefined && { offset }),
  type: 'event',
  payload: { event, data },
  timestamp: now(),
});

/** Unix seconds. */
export const now = (): number => Math.floor(Date.now() / 1_000);
