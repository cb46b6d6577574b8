import type { ClientFrame } from '../../codec/index.js';
import type { Broker } from '../broker/broker.js';
import type { Member } from '../members/member.js';
import { behindSession } from './awaitSession.js';
import { command } from './command.js';
import { deliver } from './deliver.js';
import { Exchange } from './exchange.js';
import { attempt } from './inLane.js';
import { openExchange } from './openExchange.js';
import { wrong } from './wrong.js';

/** Does what one message of a client asks; it came in the frame `raw`, of which it has so many characters. */
export function handle(
  broker: Broker,
  member: Member,
  frame: ClientFrame,
  raw: string,
  size: number,
): void {
  if (member.isResuming) return wait(broker, member, frame, raw, size);
  if (frame.id !== undefined && frame.ok !== undefined) return broker.asked.answered(member, frame);
  const exchange = openExchange(broker, member, frame, raw, size);
  if (exchange !== undefined) attempt(broker, exchange, () => perform(broker, exchange));
}

/** It is not known yet which session it is for. */
function wait(broker: Broker, member: Member, frame: ClientFrame, raw: string, size: number): void {
  const task = (): void => handle(broker, member, frame, raw, size);
  if (behindSession(broker, member, size, task)) return;
  const exchange = new Exchange(member, frame, raw, size);
  exchange.fail('overloaded', 'Too many requests at once', { after: 1_000 });
}

function perform(broker: Broker, exchange: Exchange): void {
  const { problem, type } = exchange.frame;
  if (problem !== undefined) return wrong(broker, exchange, problem);
  switch (type) {
    case 'system':
      return command(broker, exchange);
    case 'ping':
      exchange.done({ type: 'pong' });
      return;
    case 'pong':
      return;
    default:
      return deliver(broker, exchange);
  }
}
