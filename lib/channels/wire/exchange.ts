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
    /** Who waits for the answer. */
    public member: Member,
    readonly frame: ClientFrame,
    /** The frame that it came in. */
    readonly raw: string,
    /** Its part of that, in characters, at least 1. */
    readonly size: number,
  ) {
    this.id = frame.id;
    if (this.id !== undefined) member.conversation?.pending.add(this.id);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether there is somebody for an answer. */
  get isHeard(): boolean {
    return this.member.isHere;
  }

  get isCommand(): boolean {
    return this.frame.type === 'system';
  }

  /**
   * Answers with a message; `result`, as JSON, is for who has asked with an id. `false`: it was answered before, or
   * its client has gone.
   */
  done(body: Body, result?: string): boolean {
    const { id, member } = this;
    const message = { ...body, timestamp: member.owner.timestamp };
    // First, because what has no JSON is no answer.
    const text = id === undefined ? encodeMessage(message) : replyText(id, message, result);
    return this.#end() && this.send(text);
  }

  /**
   * Tells of a failure. Where there is no id, a client of the page's dialect hears the text of a command that has
   * failed, by default `message`, and nothing of another message; one of v1 hears the error as well (CP10). What
   * nobody hears of is a drop event, and so is what finds no room.
   */
  fail(code: string, message: string, { text, ...options }: FailOptions = {}): boolean {
    const { id, isCommand, member } = this;
    const payload = isCommand ? (text ?? message) : 'Invalid message';
    const shown = { type: 'system', payload, timestamp: member.owner.timestamp } as const;
    const hasError = id !== undefined || member.isV1;
    // First, as in `done`.
    const written = hasError
      ? errorText(id, wireError(code, message, options), shown)
      : encodeMessage(shown);
    if (!this.#end()) return false;
    if (id === undefined && !isCommand) {
      if (code === 'overloaded') member.owner.drop(member.pid, 'overflow');
      else if (!member.isV1) member.owner.drop(member.pid, 'refused');
    }
    return (hasError || isCommand) && this.send(written);
  }

  /** Tells of a failure where the application has not had it after all. */
  refuse(...why: Parameters<Exchange['fail']>): boolean {
    return this.fail(...why);
  }

  /** From now on the application has it, and may have done what it asks. */
  begin(): void {}

  /** What is to be undone when nobody waits for the answer any more; gives how to take that back. */
  onUnheard(cancel: () => void): () => void {
    return this.member.conversation?.onEnd(cancel) ?? nothing;
  }

  protected send(text: string): boolean {
    return this.member.write(text);
  }

  /** A request ends with its first answer; another is a drop event. */
  #end(): boolean {
    const { id, member } = this;
    if (this.#isOver || !this.isHeard) {
      member.owner.stray(this.frame.type);
      return false;
    }
    this.#isOver = true;
    if (id !== undefined) member.conversation?.pending.delete(id);
    this.onOver?.();
    return true;
  }
}

/** A message without its time, which is that of the answer. */
export type Body = Pick<WireMessage, 'type' | 'payload'>;

interface FailOptions extends ErrorOptions {
  /** Of a command: what the page's dialect says, where it is not the message. */
  readonly text?: string;
}

const nothing = (): void => {};
