import * as t from 'io-ts';
import { wholeMillis } from '../../core/index.js';

/**
 * A point in time as whole milliseconds since 1970 (X13): a number of these, a Date, or a text of ISO 8601 with
 * its zone, because one without would depend on the machine. The number 0 stays 0; any other time is at least
 * 1, so that no time is taken for none.
 */
export const instant: t.Type<number, number, unknown> = new t.Type(
  'Instant',
  (value): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0,
  (input, context) => {
    const millis = millisOf(input);
    if (!Number.isFinite(millis)) {
      const hint = "give milliseconds since 1970, or a text such as '2030-01-31T12:00:00Z'";
      return t.failure(input, context, `is no time; ${hint}`);
    }
    if (typeof input !== 'number') return t.success(Math.max(1, millis));
    return millis < 0 ? t.failure(input, context, 'is negative') : t.success(wholeMillis(millis));
  },
  t.identity,
);

/** Whether a value is a Date, also one of another realm, a worker or a vm. */
export const isDate = (value: unknown): value is Date =>
  Object.prototype.toString.call(value) === '[object Date]';

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

/** NaN for what is no time. */
function millisOf(input: unknown): number {
  if (typeof input === 'number') return input;
  if (typeof input === 'string') return ISO.test(input) ? Date.parse(input) : Number.NaN;
  return isDate(input) ? input.getTime() : Number.NaN;
}
