import type { ClientFrame } from '../../codec/index.js';
import type { RequestId, WireMessage } from '../../protocol/index.js';
import type { Member } from '../members/member.js';
import { type ErrorOptions, errorText, replyText, wireError } from '../messages/replyText.js';
import { encodeMessage } from '../messages/webSocketMessage.js';

/** One message of a client that is answered: once, if it is a request (CP9), else as the page has it (B5, CP10). */
export class Exchange {
  readonly id: RequestId | undefined;
  #isOver = false;
  /** Called when it is answered. */
  onOver: (() => void) | undefined;

  constructor(
    readonly member: Member,
    readonly frame: ClientFrame,
    /** How much it is, in characters. */
    readonly size = 0,
  ) {
    this.id = frame.id;
    if (this.id !== undefined) member.conversation?.pending.add(this.id);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Answers with a message; `result`, as JSON, is for who has asked with an id. `false`: it was answered before. */
  done(body: Body, result?: string): boolean {
    const { id, member } = this;
    const message = { ...body, timestamp: member.owner.timestamp };
    // First, because what has no JSON is no answer.
    const text = id === undefined ? encodeMessage(message) : replyText(id, message, result);
    if (!this.#end()) return false;
    member.write(text);
    return true;
  }

  /**
   * Tells of a failure. Without an id a client of the page's dialect hears `text`, and nothing if there is none;
   * one of v1 hears the error as well.
   */
  fail(code: string, message: string, text: string | undefined, options?: ErrorOptions): boolean {
    if (!this.#end()) return false;
    const { id, member } = this;
    const shown = {
      type: 'system',
      payload: text ?? message,
      timestamp: member.owner.timestamp,
    } as const;
    if (id !== undefined || member.isV1) {
      member.write(errorText(id, wireError(code, message, options), shown));
    } else if (text !== undefined) member.write(encodeMessage(shown));
    return true;
  }

  /** A request ends with its first answer. */
  #end(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    if (this.id !== undefined) this.member.conversation?.pending.delete(this.id);
    this.onOver?.();
    return true;
  }
}

/** A message without its time, which is that of the answer. */
export type Body = Pick<WireMessage, 'type' | 'payload'>;
