import { context, propagation } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';

/** The real SDK, whose spans stay in memory, in the order in which they began. */
export function sdk() {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const begin = ({ startTime: [seconds, nanos] }: ReadableSpan): number => seconds * 1e9 + nanos;
  return {
    tracer: provider.getTracer('spec'),
    spans: () => exporter.getFinishedSpans().toSorted((a, b) => begin(a) - begin(b)),
    stop: () => {
      context.disable();
      propagation.disable();
      return provider.shutdown();
    },
  };
}

/** Each span with the name of its parent, as `child ← parent`. */
export function tree(spans: readonly ReadableSpan[]): string[] {
  const names = new Map(spans.map((span) => [span.spanContext().spanId, span.name]));
  return spans.map(({ name, parentSpanContext: parent }) => {
    const of = parent && (names.get(parent.spanId) ?? 'elsewhere');
    return of === undefined ? name : `${name} ← ${of}`;
  });
}
