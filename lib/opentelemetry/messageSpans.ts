import {
  type Context,
  context,
  ROOT_CONTEXT,
  SpanKind,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Message, Pid } from '../core/index.js';
import type { Arrival, Tracing } from '../runtime/index.js';

/** Makes a span for each message, a child of whatever was in force when it was sent. */
export class MessageSpans implements Tracing<Context> {
  readonly #tracer: Tracer;
  /** By connection: what its client's messages belong to, which come from nobody else's context. */
  protected readonly traces = new Map<Pid, Context>();

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  getStore(): Context {
    return context.active();
  }

  run<R>(store: Context | undefined, callback: () => R): R {
    return context.with(store ?? ROOT_CONTEXT, callback);
  }

  storeOf({ from }: Message): Context {
    const active = context.active();
    if (from === undefined || trace.getSpan(active) !== undefined) return active;
    return this.traces.get(from) ?? active;
  }

  arrive({ topic, from }: Message, to: Pid, store = ROOT_CONTEXT): Arrival<Context> {
    const attributes = {
      'rx_process.topic': topic,
      'rx_process.pid': to,
      ...(from !== undefined && { 'rx_process.from': from }),
    };
    const options = { kind: SpanKind.CONSUMER, attributes };
    const span = this.#tracer.startSpan(`process ${topic}`, options, store);
    return { store: trace.setSpan(store, span), end: () => span.end() };
  }
}
