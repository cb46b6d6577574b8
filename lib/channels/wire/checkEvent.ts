import { check, type EventPayload, type EventType } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import { misfit, shortened } from '../messages/misfit.js';
import type { Exchange } from './exchange.js';

/** The data of an event as its schema makes it; `undefined`: it was refused, and the client was told why. */
export function checkEvent(broker: Broker, exchange: Exchange, name: string): Checked | undefined {
  const { event, data } = exchange.frame.payload as EventPayload;
  const events = broker.definitionOf(name)?.options.events;
  if (events === undefined) return { data, by: undefined };
  const type = events.find((each) => each.name === event);
  if (type === undefined) {
    exchange.fail('unknown_event', `Unknown event: ${shortened(event)}`);
    return undefined;
  }
  try {
    const checked = check(type.data, data);
    if ('value' in checked) return { data: checked.value, by: type };
    const { issues: details } = checked;
    exchange.fail('invalid_data', misfit(event, details), { details });
  } catch (error) {
    broker.report(`the schema of ${event}`, error);
    exchange.fail('internal', 'Internal error');
  }
  return undefined;
}

/** The data of an event, and the type that it was checked by. */
export interface Checked {
  readonly data: unknown;
  readonly by: EventType | undefined;
}
