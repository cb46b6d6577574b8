import type { ExtensionKeys, WireMessage as PlainMessage } from '../protocol/index.js';

/** Anything that a server sends: a message, a reply, a request, or its hello, as the keys say that it has. */
export interface Frame extends WireMessage, ExtensionKeys {
  /** Of a reply to a command. */
  readonly result?: unknown;
  readonly hello?: Hello;
}

/** A message of the server (CP1). */
export interface WireMessage extends PlainMessage {
  /** The channel that it was sent to; none: to this connection, or to all. */
  readonly channel?: string;
  /** Its place in the history of its channel, where there is one (CH2). */
  readonly offset?: number;
  /** Of a channel that keeps the latest by key: the key (CH8). */
  readonly key?: string;
}

/** What the server says first (CP20). */
export interface Hello {
  readonly id: string;
  readonly session: string;
  /** Milliseconds after which the server would have said something. */
  readonly heartbeat: number;
  readonly expires_in?: number;
  readonly limits: { readonly payload: number };
}

/** A place in the history of a channel: which history, and how far in it (CH2). */
export interface Position {
  readonly epoch: string;
  readonly offset: number;
}

/** The payload of a message of type event. */
export interface Said {
  readonly event: string;
  readonly data: unknown;
}

/** What an event says; nothing of any other message. */
export const saidBy = ({ type, payload }: WireMessage): Partial<Said> =>
  type === 'event' ? (payload as Said) : {};

/** The name of an event. */
export const nameOf = (event: string | { readonly name: string }): string =>
  typeof event === 'string' ? event : event.name;

/** A message that says an event. */
export const eventOf = (event: string | { readonly name: string }, data: unknown): object => ({
  type: 'event',
  payload: { event: nameOf(event), data: data ?? null },
});

/** A command to the server (CP13). */
export const command = (name: string, fields: object): object => ({
  type: 'system',
  payload: { command: name, ...fields },
});
