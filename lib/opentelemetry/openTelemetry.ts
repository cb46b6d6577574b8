import { context, type Meter, metrics, type Tracer, trace } from '@opentelemetry/api';
import { type Known, knownOptions } from '../core/index.js';
import type { Relay } from '../upgrade/index.js';
import { MessageSpans } from './messageSpans.js';
import { relayMeters } from './relayMeters.js';
import { upgradeSpans } from './upgradeSpans.js';

/**
 * Traces and metrics of a system and its relays (I15). As `context` of `createSystem` it has each message travel
 * with the context of OpenTelemetry in which it was sent, and makes a span of its handling; `observe` adds the
 * upgrades of a relay, whose parent is the client's `traceparent`, and its metrics.
 *
 * @throws ProcessError `Invalid` for an unknown option.
 * @example
 * const telemetry = openTelemetry();
 * const system = createSystem({ context: telemetry });
 * telemetry.observe(websocketRelay(system));
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): OpenTelemetry {
  knownOptions('openTelemetry', options, OPTIONS);
  const { tracer = trace.getTracer(NAME), meter } = options;
  return new OpenTelemetry(tracer, meter);
}

/** Options of `openTelemetry`. */
export interface OpenTelemetryOptions {
  /** Makes the spans; default: the global one of the name `rx-process`. */
  readonly tracer?: Tracer | undefined;
  /** Makes the metrics; default: the global one of the name `rx-process`. */
  readonly meter?: Meter | undefined;
}

const OPTIONS: Known<OpenTelemetryOptions> = { tracer: true, meter: true };
const NAME = 'rx-process';

/** What `openTelemetry` makes: a context for `createSystem` that can also observe relays. */
export class OpenTelemetry extends MessageSpans {
  readonly #tracer: Tracer;
  readonly #meter: Meter | undefined;

  /** @internal */
  constructor(tracer: Tracer, meter: Meter | undefined) {
    super(tracer);
    this.#tracer = tracer;
    this.#meter = meter;
  }

  /**
   * Makes a span of each upgrade from here on, puts what clients send into its trace, and shows what the relay
   * counts; several relays, as a list, are added up in the metrics.
   *
   * @returns what ends it
   * @throws ProcessError `Invalid`: no relay.
   */
  observe(relay: Relay | readonly Relay[]): () => void {
    // Only here, because the global meter does nothing for ever if the SDK has not been started when it is asked for.
    const meter = this.#meter ?? metrics.getMeter(NAME);
    const stopMeters = relayMeters('observe', relay, meter);
    const ends = [relay].flat().map((each) => {
      const stopSpans = upgradeSpans(each, this.#tracer);
      // Within the upgrade: what is in force now is its span.
      const connections = each.connections$.subscribe(({ type, pid }) => {
        if (type === 'opened') this.traces.set(pid, context.active());
        else this.traces.delete(pid);
      });
      return () => {
        stopSpans();
        connections.unsubscribe();
        // Nobody would tell of their end any more.
        for (const { pid } of each.connections()) this.traces.delete(pid);
      };
    });
    return () => {
      stopMeters();
      for (const end of ends) end();
    };
  }
}
