import { afterEach, describe, expect, it } from '@jest/globals';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { Registry } from 'prom-client';
import { relayMetrics } from '../../lib/metrics/index.js';
import { openTelemetry } from '../../lib/opentelemetry/index.js';
import { cleanUp, echo, open, refusal } from '../express/support.js';
import { door } from '../http/support.js';

afterEach(cleanUp);

/** Collects when it is told to. */
class Reader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}

  /** The metrics of now: name, unit, and values with their labels. */
  async read() {
    const { resourceMetrics } = await this.collect();
    return resourceMetrics.scopeMetrics
      .flatMap(({ metrics }) => metrics)
      .map(({ descriptor: { name, unit }, dataPoints }) => ({
        ...{ name, unit },
        values: dataPoints.map(({ value, attributes }) => [value, attributes]),
      }));
  }
}

const counting = async () => {
  const answers = [{ status: 401 }, { target: echo }, undefined];
  const { relay, port } = await door(() => answers.shift());
  const reader = new Reader();
  const meter = new MeterProvider({ readers: [reader] }).getMeter('spec');
  const off = openTelemetry({ meter }).observe(relay);
  return { relay, port, reader, off };
};

describe('openTelemetry', () => {
  it('shows by a meter what the relay counts (I14, I15)', async () => {
    const { port, reader, off } = await counting();
    await refusal(port, '/');
    const client = await open(port, '/');
    await client.ask('abc');
    const metrics = await reader.read();

    expect(metrics.filter(({ name }) => !/lag|duration|turns/.test(name))).toEqual([
      { name: 'rx_process.connections', unit: '{connection}', values: [[1, {}]] },
      { name: 'rx_process.connections.opened', unit: '{connection}', values: [[1, {}]] },
      {
        ...{ name: 'rx_process.upgrades', unit: '{upgrade}' },
        values: [
          [1, { status: '101' }],
          [1, { status: '401' }],
        ],
      },
      { name: 'rx_process.messages.received', unit: '{message}', values: [[1, {}]] },
      { name: 'rx_process.messages.sent', unit: '{message}', values: [[1, {}]] },
      { name: 'rx_process.received', unit: 'By', values: [[3, {}]] },
      { name: 'rx_process.sent', unit: 'By', values: [[5, {}]] },
      { name: 'rx_process.mailbox.messages', unit: '{message}', values: [[0, {}]] },
      { name: 'rx_process.mailbox.messages.max', unit: '{message}', values: [[0, {}]] },
    ]);
    const of = (name: string) => metrics.find((each) => each.name === name);
    expect(of('rx_process.upgrade.duration')).toMatchObject({
      unit: 's',
      values: [
        [{ count: 2, buckets: { boundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] } }, {}],
      ],
    });
    const quantiles = of('rx_process.event_loop.lag')?.values.map(([, labels]) => labels);
    expect(quantiles).toEqual(['0.5', '0.99', '1'].map((quantile) => ({ quantile })));

    off();
    await refusal(port, '/');
    const after = await reader.read();
    // The SDK repeats what it was told last.
    expect(after.find(({ name }) => name === 'rx_process.upgrades')?.values).toHaveLength(2);
    expect(after.find(({ name }) => /duration/.test(name))?.values).toMatchObject([
      [{ count: 2 }, {}],
    ]);
  });

  it('has the names that Prometheus has, as its exporter writes them (I14)', async () => {
    const { relay, port, reader } = await counting();
    const registry = new Registry();
    relayMetrics(relay, registry);
    await refusal(port, '/');
    const bare = (name: string): string =>
      name
        .replaceAll('.', '_')
        .replace(/_total$|_seconds$|_bytes(?=_total$|$)/g, '')
        .replace(/_total$/, '');

    const shown = registry.getMetricsAsArray().map(({ name }) => bare(name.replace(/_total$/, '')));
    const names = (await reader.read()).map(({ name }) => bare(name));
    expect(shown).toEqual(expect.arrayContaining(names));
  });
});
