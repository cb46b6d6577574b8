import { type Shape, scalar } from './shape.js';

const UNITS: Readonly<Record<string, number>> = { '': 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
const SIZE = /^(\d+)(|KiB|MiB|GiB)$/;

/** A number of bytes, or of other things: `1048576` or `1MiB`. */
export const size = (min: number, max: number): Shape<number> =>
  scalar(
    'size',
    { type: ['string', 'integer'], pattern: SIZE.source, minimum: min, maximum: max },
    (input) => {
      const [, digits, unit = ''] = SIZE.exec(String(input)) ?? [];
      const count = digits === undefined ? Number.NaN : Number(digits) * (UNITS[unit] as number);
      return count >= min && count <= max ? count : undefined;
    },
    {
      kinds: ['text', 'number'],
      hint: () => `; a whole number or "1MiB", from ${min} to ${max}`,
    },
  );
