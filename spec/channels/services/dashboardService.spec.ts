import { describe, expect, it } from '@jest/globals';
import { DashboardService } from '../../../lib/channels/index.js';
import { NOW, scene } from './scene.js';

const METRICS = {
  activeUsers: 42,
  requestsPerSecond: 123.45,
  memoryUsageMb: 256,
  cpuUsagePercent: 45.5,
};

describe('DashboardService', () => {
  it('sends the numbers to those who watch, and tells how many (B11)', () => {
    const { manager, client } = scene();
    const [ann, bob] = [client('dashboard'), client()];

    expect(new DashboardService(manager).sendMetrics(METRICS)).toBe(1);

    const numbers = `{"active_users":42,"requests_per_second":123.45,"memory_usage_mb":256,"cpu_usage_percent":45.5,"timestamp":${NOW}}`;
    expect(ann).toEqual([
      `{"type":"event","payload":{"event":"dashboard.metrics","data":{"event_type":"dashboard.metrics","entity_type":"metrics","entity_id":"system","action":"updated","data":${numbers},"timestamp":${NOW}}},"timestamp":${NOW}}`,
    ]);
    expect(bob).toEqual([]);
  });

  it.each([
    { value: Number.NaN },
    { value: Number.POSITIVE_INFINITY },
    { value: '5' },
    { value: undefined },
  ])('refuses $value for a number', ({ value }) => {
    const { manager, client } = scene();
    const ann = client('dashboard');
    const dashboard = new DashboardService(manager);
    const send = () => dashboard.sendMetrics({ ...METRICS, activeUsers: value as number });

    expect(send).toThrow('sendMetrics: activeUsers is a number, not ');
    expect(ann).toEqual([]);
  });

  it('sends to nobody where nobody watches', () => {
    const { manager } = scene();

    expect(new DashboardService(manager).sendMetrics(METRICS)).toBe(0);
  });
});
