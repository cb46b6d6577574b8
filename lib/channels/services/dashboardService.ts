import { ProcessError, shown } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import type { WebSocketManager } from '../manager/webSocketManager.js';
import { brokerOf } from './brokerOf.js';
import { LiveUpdateService } from './liveUpdateService.js';

/**
 * Sends the numbers of a dashboard to the channel `dashboard` (B11).
 *
 * @throws ProcessError `Invalid` for what is no manager.
 * @example interval(1_000).subscribe(() => dashboard.sendMetrics(measured()));
 */
export class DashboardService {
  readonly #broker: Broker;
  readonly #updates: LiveUpdateService;

  constructor(manager: WebSocketManager) {
    this.#broker = brokerOf(manager, 'DashboardService');
    this.#updates = new LiveUpdateService(manager);
  }

  /**
   * Sends an event `dashboard.metrics` with the numbers and the time; returns to how many connections it went.
   *
   * @throws ProcessError `Invalid` for a number that is none, or not finite, because JSON could not say it.
   */
  sendMetrics(metrics: DashboardMetrics): number {
    const { activeUsers, requestsPerSecond, memoryUsageMb, cpuUsagePercent } = metrics ?? {};
    const all = { activeUsers, requestsPerSecond, memoryUsageMb, cpuUsagePercent };
    for (const [name, value] of Object.entries(all)) {
      if (Number.isFinite(value)) continue;
      throw new ProcessError('Invalid', `sendMetrics: ${name} is a number, not ${shown(value)}`);
    }
    const data = {
      active_users: activeUsers,
      requests_per_second: requestsPerSecond,
      memory_usage_mb: memoryUsageMb,
      cpu_usage_percent: cpuUsagePercent,
      timestamp: this.#broker.timestamp,
    };
    const entity = { entityType: 'metrics', entityId: 'system' } as const;
    const update = { eventType: 'dashboard.metrics', ...entity, action: 'updated', data } as const;
    return this.#updates.sendUpdateToChannel('dashboard', update);
  }
}

/** What a dashboard shows. */
export interface DashboardMetrics {
  readonly activeUsers: number;
  readonly requestsPerSecond: number;
  readonly memoryUsageMb: number;
  readonly cpuUsagePercent: number;
}
