import { type Observable, ReplaySubject } from 'rxjs';
import type { EventType } from '../../channels/index.js';
import type { RequestId } from '../../protocol/index.js';
import { checkPresence, presenceText } from './checkPresence.js';
import { FrameLog } from './frameLog.js';
import type { Like } from './isLike.js';
import type { ReceivedFrame } from './receivedFrame.js';
import type { Stage } from './stage.js';
import { wantedEvent, wantedFrame } from './wantedEvent.js';
import { type ExpectedReply, wantedReply } from './wantedReply.js';

/**
 * What a client has been sent, and assertions of it by Phoenix's names. An `assert…` takes the first frame that fits, so
 * that the next one looks for another; a `refute…` looks at what was not taken. Values are compared in part: what is
 * not named may be anything. A failure is an Error that shows what came instead.
 */
export abstract class ClientAssertions {
  readonly #log: FrameLog;
  readonly #frame$ = new ReplaySubject<ReceivedFrame>();
  /** What it was sent, decoded, over all its connections; replays to late subscribers, completes at `t.end()`. */
  readonly frames$: Observable<ReceivedFrame> = this.#frame$.asObservable();

  /** @internal */
  constructor(
    /** Its identity, or `client-<n>`; of a second tab `ann (2)`. */
    readonly name: string,
    stage: Stage,
  ) {
    this.#log = new FrameLog(name, stage);
  }

  /** What it was sent so far. */
  get frames(): readonly ReceivedFrame[] {
    return this.#log.all;
  }

  /** Asserts the reply to a request: that it is ok, or has an error of this code, and its value (the error, if it is one). */
  assertReply(ref: RequestId, answer: ExpectedReply, value?: unknown): ReceivedFrame {
    return this.#log.take(wantedReply(this.assertReply, ref, answer, value));
  }

  /** Asserts that a request has no reply. */
  refuteReply(ref: RequestId): void {
    this.#log.refute(wantedReply(this.refuteReply, ref));
  }

  /** Asserts an event in a channel; `undefined`: in none, as what is broadcast to all. A plain client is not told the channel. */
  assertPush<Data>(
    channel: string | undefined,
    event: string | EventType<Data>,
    data?: Like<NoInfer<Data>>,
  ): ReceivedFrame {
    return this.#log.take(
      wantedEvent(this.assertPush, { channel, event, data }, this.#isIn(channel)),
    );
  }

  /** Asserts that an event, or without its name any event, was not pushed. */
  refutePush<Data>(
    channel: string | undefined,
    event?: string | EventType<Data>,
    data?: Like<NoInfer<Data>>,
  ): void {
    this.#log.refute(wantedEvent(this.refutePush, { channel, event, data }, this.#isIn(channel)));
  }

  /** Asserts any frame: `{ type: 'text', payload: 'hi' }`, or `{ type: 'close', code: 4401 }`. */
  assertFrame(like: Like<ReceivedFrame>): ReceivedFrame {
    return this.#log.take(wantedFrame(this.assertFrame, like));
  }

  /**
   * Asserts who is present in a channel that it is in, by keys in any order, as the server tells it (PR6): changes are told at
   * most every 50 ms, unless its `presence` says otherwise.
   *
   * @throws Error that shows who is present instead; RefusedError: it is not in the channel, or that tells nobody.
   */
  assertPresence(channel: string, keys: readonly string[]): void {
    const what = presenceText(channel, keys);
    const answer = this.resultOf(this.assertPresence, what, 'presence', { channel });
    checkPresence(this.assertPresence, what, answer, keys);
  }

  /** The result of a command that is answered at once. @throws RefusedError at the caller of `method`. */
  protected abstract resultOf(
    method: (...args: never[]) => unknown,
    what: string,
    command: string,
    fields: object,
  ): Readonly<Record<string, unknown>>;

  /** Whether it speaks v1. */
  protected abstract get isV1(): boolean;

  /** Something has come; `isTaken`: no assertion has to ask for it. */
  protected hear(frame: ReceivedFrame, isTaken: boolean): void {
    this.#log.add(frame, isTaken);
    this.#frame$.next(frame);
  }

  /** Nothing comes any more. */
  protected complete(): void {
    this.#frame$.complete();
  }

  readonly #isIn = (channel: string | undefined) => (frame: ReceivedFrame) =>
    frame.channel === channel || (!this.isV1 && frame.channel === undefined);
}
