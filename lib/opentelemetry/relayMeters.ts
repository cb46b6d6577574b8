import type { Meter, ObservableResult } from '@opentelemetry/api';
import { type Measure, relayMeasures } from '../measures/index.js';
import type { Relay } from '../upgrade/index.js';

/**
 * Shows what relays count by a Meter, which reads it when it collects (I14).
 *
 * @param where which function was given the relays, for the text
 * @returns what ends it
 * @throws ProcessError `Invalid`: no relay.
 */
export function relayMeters(
  where: string,
  relay: Relay | readonly Relay[],
  meter: Meter,
): () => void {
  const { values, upgradeDuration, start } = relayMeasures(where, relay);
  const ends = values.map((value) => observe(value, meter));
  const { name, unit, help, buckets } = upgradeDuration;
  const advice = { explicitBucketBoundaries: [...buckets] };
  const histogram = meter.createHistogram(name, { unit, description: help, advice });
  ends.push(start((seconds) => histogram.record(seconds)));
  return () => {
    for (const end of ends) end();
  };
}

function observe(measure: Measure, meter: Meter): () => void {
  const { name, unit, help, kind, label } = measure;
  const options = { unit, description: help };
  const observable =
    kind === 'counter'
      ? meter.createObservableCounter(name, options)
      : meter.createObservableGauge(name, options);
  const read = (result: ObservableResult): void => {
    for (const [value, count] of measure.read()) {
      result.observe(count, label === undefined ? {} : { [label]: value });
    }
  };
  observable.addCallback(read);
  return () => observable.removeCallback(read);
}
