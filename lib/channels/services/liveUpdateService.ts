import { ProcessError, shown } from '../../core/index.js';
import { eventName, type WireMessage } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import type { WebSocketManager } from '../manager/webSocketManager.js';
import { brokerOf } from './brokerOf.js';

/**
 * Tells clients what happens to entities (B11): an event `<entity>.<action>` with data
 * `{ event_type, entity_type, entity_id, action, data, timestamp }`, by the system's clock. Each send returns to how many
 * connections it went.
 *
 * Every method throws ProcessError `Invalid` for an entity or id that is no non-empty text, and for data that have no
 * JSON.
 *
 * @throws ProcessError `Invalid` for what is no manager.
 * @example new LiveUpdateService(manager).notifyCreated('user', '123', { name: 'Alice' });
 */
export class LiveUpdateService {
  readonly #manager: WebSocketManager;
  readonly #broker: Broker;

  constructor(manager: WebSocketManager) {
    this.#broker = brokerOf(manager, 'LiveUpdateService');
    this.#manager = manager;
  }

  /** Tells all connections that an entity was created. */
  notifyCreated(entityType: string, entityId: string, data: unknown): number {
    return this.broadcastUpdate({ entityType, entityId, action: 'created', data });
  }

  /** Tells all connections that an entity was changed. */
  notifyUpdated(entityType: string, entityId: string, data: unknown): number {
    return this.broadcastUpdate({ entityType, entityId, action: 'updated', data });
  }

  /** Tells all connections that an entity was deleted; its data are `{}`. */
  notifyDeleted(entityType: string, entityId: string): number {
    return this.broadcastUpdate({ entityType, entityId, action: 'deleted', data: {} });
  }

  /** Sends an update to all connections. */
  broadcastUpdate(update: LiveUpdate): number {
    return this.#manager.broadcast(messageOf(update, this.#broker.timestamp));
  }

  /** Sends an update to those in a channel. */
  sendUpdateToChannel(channel: string, update: LiveUpdate): number {
    return this.#manager.sendToChannel(channel, messageOf(update, this.#broker.timestamp));
  }
}

/** What has happened to an entity. */
export interface LiveUpdate {
  /** Default: `<entityType>.<action>`. */
  readonly eventType?: string;
  readonly entityType: string;
  readonly entityId: string;
  readonly action: UpdateAction;
  /** Any value that has JSON. */
  readonly data: unknown;
}

export type UpdateAction = 'created' | 'updated' | 'deleted';

function messageOf(update: LiveUpdate, timestamp: number): WireMessage {
  const { entityType, entityId, action, data } = update;
  for (const [field, text] of Object.entries({ entityType, entityId, action })) {
    if (typeof text === 'string' && text !== '') continue;
    throw new ProcessError('Invalid', `${field} is a non-empty text, not ${shown(text)}`);
  }
  const event = eventName(update.eventType ?? `${entityType}.${action}`);
  const described = {
    event_type: event,
    entity_type: entityType,
    entity_id: entityId,
    action,
    data: data ?? null,
    timestamp,
  };
  return { type: 'event', payload: { event, data: described }, timestamp };
}
