import * as t from 'io-ts';
import { formatDuration, parseDuration, wholeMillis } from '../../core/index.js';

/**
 * A duration on the wire, text by Go's grammar or a number of milliseconds, as whole milliseconds
 * (H7): 0 stays 0, anything positive is at least 1. Negative ones are refused. Encodes as text.
 *
 * The room `fields` has one io-ts codec a file, for fields that several payloads share.
 */
export const duration: t.Type<number, string, unknown> = new t.Type(
  'Duration',
  isMillis,
  (input, context) => {
    const millis = parseDuration(input);
    if (millis === undefined) {
      return t.failure(input, context, "is no duration; give a text such as '30s' or milliseconds");
    }
    if (millis < 0) return t.failure(input, context, 'is negative');
    return t.success(wholeMillis(millis));
  },
  formatDuration,
);

function isMillis(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
