import { insideOf, ProcessError } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import type { WebSocketManager } from '../manager/webSocketManager.js';

/** The inside of the manager that a service is made with. @throws ProcessError `Invalid` for what is no manager. */
export function brokerOf(manager: WebSocketManager, service: string): Broker {
  const broker = manager?.[insideOf]?.broker;
  if (broker !== undefined) return broker;
  const text = `${service}: give a manager, from createWebSocketManager(system)`;
  throw new ProcessError('Invalid', text);
}
