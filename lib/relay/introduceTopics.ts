import { LIFECYCLE_TOPICS, RESERVED_TOPICS, ws } from '../protocol/index.js';
import type { Kernel } from '../runtime/index.js';
import { answerUndelivered } from './tellOutcome.js';

/** Tells a system what is special about the relay's topics; doing so again changes nothing. */
export function introduceTopics(kernel: Kernel): void {
  for (const topic of LIFECYCLE_TOPICS) kernel.bound.exempt(topic);
  for (const topic of RESERVED_TOPICS) kernel.events.unreadTopics?.excuse(topic);
  kernel.bound.undoes.set(ws.leave, ws.join);
  answerUndelivered(kernel);
}
