import type { JoinRequest } from '../definitions/joinHook.js';
import type { Joining } from '../definitions/joining.js';
import type { Member } from '../members/member.js';

/** The process of a channel, as the channel sees it (B23). */
export interface Room {
  /** Somebody has joined. */
  joined(member: Member, params: unknown): void;
  /** Somebody has left, for a reason. */
  left(member: Member, reason: string): void;
  /** A client has sent a text or a value; `answer`, if it waits for one. */
  message(member: Member, type: 'text' | 'json', data: unknown, answer: Answer | undefined): void;
  /** A client has sent an event, its data checked. */
  event(member: Member, event: string, data: unknown, answer: Answer | undefined): void;
  /** Asks the process whether a client may join (B24); `undefined` where the `join` hook alone decides. */
  readonly admit: ((request: JoinRequest, answer: Admitting) => void) | undefined;
  /** Who has been a member stays one, but there is no process any more. */
  stop(): void;
}

/** How a request is answered; one of these is called, once. */
export interface Answer {
  done(payload: unknown): void;
  fail(code: string, message?: string, options?: { retry?: boolean; after?: number }): void;
}

/** What a channel's process says to a join. */
export interface Admitting {
  accept(joining: Joining): void;
  refuse(code: string, message?: string, retry?: boolean): void;
}
