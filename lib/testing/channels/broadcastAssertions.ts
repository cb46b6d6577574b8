import type { EventType } from '../../channels/index.js';
import { FrameLog } from './frameLog.js';
import type { Like } from './isLike.js';
import type { ReceivedFrame } from './receivedFrame.js';
import type { Stage } from './stage.js';
import { wantedEvent } from './wantedEvent.js';

/** What was sent to channels, whoever was in them, and Phoenix's assertions of it; they take and compare as those of a client. */
export abstract class BroadcastAssertions {
  readonly #sent: FrameLog;

  /** @internal */
  constructor(stage: Stage) {
    const sent = new FrameLog('the channels', stage);
    this.#sent = sent;
    stage.inside.broker.streams.published.stream$.subscribe(({ channel, type, payload }) =>
      sent.add({ channel, type, payload }),
    );
  }

  /** Asserts that an event was sent to a channel. @throws Error that shows what was sent instead. */
  assertBroadcast<Data>(
    channel: string,
    event: string | EventType<Data>,
    data?: Like<NoInfer<Data>>,
  ): ReceivedFrame {
    return this.#sent.take(wantedEvent(this.assertBroadcast, { channel, event, data }));
  }

  /** Asserts that an event, or without its name any event, was not sent to a channel. @throws Error that shows it. */
  refuteBroadcast<Data>(
    channel: string,
    event?: string | EventType<Data>,
    data?: Like<NoInfer<Data>>,
  ): void {
    this.#sent.refute(wantedEvent(this.refuteBroadcast, { channel, event, data }));
  }
}
