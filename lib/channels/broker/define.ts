import type { ChannelDefinition } from '../definitions/channelDefinition.js';
import type { Broker } from './broker.js';

/** Defines channels for a manager (B13). @throws ProcessError `Invalid` for what is no definition. */
export function define({ definitions, histories }: Broker, definition: ChannelDefinition): void {
  definitions.add(definition);
  histories.adopt(definition);
}
