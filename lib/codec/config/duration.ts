import { parseDuration, wholeMillis } from '../../core/index.js';
import { type Shape, scalar } from './shape.js';

/** A length of time, as whole milliseconds (H7). */
export const duration: Shape<number> = scalar(
  'duration',
  {
    type: ['string', 'number'],
    pattern: String.raw`^\+?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$`,
    minimum: 0,
  },
  (input) => {
    const millis = parseDuration(input);
    return millis === undefined || millis < 0 ? undefined : wholeMillis(millis);
  },
  { kinds: ['text', 'number'] },
);
