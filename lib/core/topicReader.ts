import { Subscriber } from 'rxjs';
import { letPass } from './holdable.js';
import type { Message } from './message.js';

/**
 * The subscriber behind `ofTopic`: hands on the messages of its topics. A mailbox whose readers are all of
 * this kind knows which topics nobody reads.
 */
export class TopicReader extends Subscriber<Message> {
  readonly topics: readonly string[];

  constructor(topics: readonly string[], destination: Subscriber<Message>) {
    super(destination);
    this.topics = topics;
  }

  protected override _next(message: Message): void {
    if (this.topics.includes(message.topic)) this.destination.next(message);
    else letPass(message, this);
  }
}
