import type { Broker } from '../broker/broker.js';
import type { Exchange } from './exchange.js';

/**
 * Does what a message asks of a channel behind what its client has asked of that channel before (B16). Where too much
 * waits already, it fails with `overloaded`.
 */
export function inLane(broker: Broker, exchange: Exchange, channel: string, task: Task): void {
  const { member, size } = exchange;
  const isTaken = broker.conversationOf(member).run(channel, size, (done) => {
    attempt(broker, exchange, () => task(done), done);
  });
  if (isTaken) return;
  exchange.fail('overloaded', 'Too many requests at once', { after: 1_000 });
}

/** Something that calls `done` once it does not hold up what comes behind it. */
export type Task = (done: () => void) => void;

/** Whatever goes wrong here is told, and neither holds up nor ends anything else. */
export function attempt(
  broker: Broker,
  exchange: Exchange,
  run: () => void,
  done?: () => void,
): void {
  try {
    run();
  } catch (error) {
    broker.report(`a message of type ${exchange.frame.type}`, error);
    if (!exchange.isOver) exchange.fail('internal', 'Internal error');
    done?.();
  }
}
