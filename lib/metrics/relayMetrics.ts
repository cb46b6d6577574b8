import { Counter, Gauge, Histogram, type Registry, register } from 'prom-client';
import { ProcessError } from '../core/index.js';
import { type Measure, relayMeasures } from '../measures/index.js';
import type { Relay } from '../upgrade/index.js';

/**
 * Registers the metrics of a relay with `prom-client` (I14), which reads them when it is asked for them. Several
 * relays are given together, as a list, and are added up.
 *
 * @param registry default: the one of `prom-client`
 * @returns what takes them off again
 * @throws ProcessError `Invalid`: no relay; `AlreadyExists`: the registry has such metrics.
 * @example
 * relayMetrics(relay);
 * app.get('/metrics', async (_req, res) => res.type(register.contentType).send(await register.metrics()));
 */
export function relayMetrics(
  relay: Relay | readonly Relay[],
  registry: Registry = register,
): () => void {
  const measures = relayMeasures('relayMetrics', relay);
  const { values, upgradeDuration } = measures;
  const names = [...values, upgradeDuration].map(nameOf);
  const taken = names.find((name) => registry.getSingleMetric(name) !== undefined);
  if (taken !== undefined) {
    const text = `relayMetrics: the registry has ${taken} already; give all relays in one call`;
    throw new ProcessError('AlreadyExists', text);
  }
  for (const value of values) registerValue(value, registry);
  const histogram = new Histogram({
    name: nameOf(upgradeDuration),
    help: upgradeDuration.help,
    buckets: [...upgradeDuration.buckets],
    registers: [registry],
  });
  const stop = measures.start((seconds) => histogram.observe(seconds));
  return () => {
    stop();
    for (const name of names) registry.removeSingleMetric(name);
  };
}

/** The name as Prometheus has it: with its unit, and a counter as a total. */
function nameOf({ name, unit, kind }: Pick<Measure, 'name' | 'unit'> & Partial<Measure>): string {
  const suffix = { By: '_bytes', s: '_seconds' }[unit] ?? '';
  return `${name.replaceAll('.', '_')}${suffix}${kind === 'counter' ? '_total' : ''}`;
}

function registerValue(measure: Measure, registry: Registry): void {
  const { help, label, kind } = measure;
  const labelNames = label === undefined ? [] : [label];
  const labelsOf = (value: string) => (label === undefined ? {} : { [label]: value });
  const options = { name: nameOf(measure), help, labelNames, registers: [registry] };
  if (kind === 'gauge') {
    const gauge: Gauge = new Gauge({
      ...options,
      collect: () => {
        gauge.reset();
        for (const [value, count] of measure.read()) gauge.set(labelsOf(value), count);
      },
    });
    return;
  }
  const counter: Counter = new Counter({
    ...options,
    collect: () => {
      // The relay has counted already: what it has is what is to be shown.
      counter.reset();
      for (const [value, count] of measure.read()) counter.inc(labelsOf(value), count);
    },
  });
}
