import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { relayMetrics } from '../../lib/metrics/index.js';
import { cleanUp } from '../express/support.js';
import { door } from '../http/support.js';

afterEach(cleanUp);

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly datasource: { readonly type: string; readonly uid: string };
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly targets: readonly { readonly refId: string; readonly expr: string }[];
}

interface Dashboard {
  readonly title: string;
  readonly uid: string;
  readonly schemaVersion: number;
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string }[];
  };
  readonly panels: readonly Panel[];
}

const text = readFileSync('docs/grafana.json', 'utf8');
const dashboard: Dashboard = JSON.parse(text);

describe('docs/grafana.json', () => {
  it('is a dashboard of panels that Grafana can import (I14)', () => {
    expect(dashboard).toMatchObject({
      ...{ title: 'rx-process relay', uid: 'rx-process-relay', schemaVersion: 39 },
      templating: {
        list: [
          { name: 'datasource', type: 'datasource' },
          { name: 'job', type: 'query' },
        ],
      },
    });
    expect(dashboard).not.toHaveProperty('id');
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { type, title, datasource, gridPos, targets } of dashboard.panels) {
      expect([type, title !== '', datasource.uid]).toEqual(['timeseries', true, `\${datasource}`]);
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      expect(targets.map(({ refId }) => refId)).toEqual(['A', 'B', 'C'].slice(0, targets.length));
    }
  });

  it('asks for every metric that relayMetrics registers, and for no other (I14)', async () => {
    const { relay } = await door(() => undefined);
    const registry = new Registry();
    relayMetrics(relay, registry);
    const registered = registry.getMetricsAsArray().map(({ name }) => name);

    const asked = dashboard.panels
      .flatMap(({ targets }) => targets)
      .flatMap(({ expr }) => expr.match(/rx_process_\w+/g) ?? [])
      .map((name) => name.replace(/_bucket$/, ''));
    expect([...new Set(asked)].sort()).toEqual(registered.sort());
  });

  it('asks for labels that these metrics have (I14)', () => {
    const labels = [...text.matchAll(/by \((\w+)\)/g)].map(([, label]) => label);
    expect(new Set(labels)).toEqual(new Set(['code', 'status', 'le', 'reason', 'quantile']));
  });
});
