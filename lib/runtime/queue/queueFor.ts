import { ProcessError } from '../../core/index.js';
import { type Context, ContextQueue } from './contextQueue.js';
import { RunQueue, type Seams } from './runQueue.js';
import { TracedQueue, type Tracing } from './tracedQueue.js';

export type { Context };

/** The run queue of a system with this context, if any. @throws ProcessError `Invalid`: no context. */
export function queueFor(seams: Seams, context: Context | undefined): RunQueue {
  if (context === undefined) return new RunQueue(seams);
  const { getStore, run, storeOf, arrive } = Object(context) as Partial<Tracing>;
  if (typeof getStore !== 'function' || typeof run !== 'function') {
    throw new ProcessError('Invalid', 'context has getStore and run, as an AsyncLocalStorage does');
  }
  return typeof storeOf === 'function' && typeof arrive === 'function'
    ? new TracedQueue(seams, context as Tracing)
    : new ContextQueue(seams, context);
}
