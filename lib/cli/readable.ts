/** Numbers as a person reads them: three figures or so, and thousands with a comma. */
export const readable = { count, size, span };

/** `65,536`; below 10 with one decimal, if there is any. */
function count(value: number): string {
  const digits = value < 10 ? 1 : 0;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Bytes: `182 MiB`, `2.1 KiB`. */
function size(bytes: number): string {
  const step = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), UNITS.length - 1);
  return `${count(bytes / 1024 ** step)} ${UNITS[step]}`;
}

const SPANS = [
  { unit: 'd', millis: 86_400_000 },
  { unit: 'h', millis: 3_600_000 },
  { unit: 'm', millis: 60_000 },
  { unit: 's', millis: 1_000 },
  { unit: 'ms', millis: 1 },
];

/** Milliseconds by the two largest units, of which the second may be none: `2h13m`, `10m`, `3d`. */
function span(millis: number): string {
  const whole = Math.max(0, Math.round(millis));
  const first = SPANS.findIndex((each) => each.millis <= whole);
  if (first < 0) return '0s';
  // Milliseconds only where there is no second.
  const units = SPANS.slice(first, first + 2).filter(({ unit }) => unit !== 'ms' || whole < 1_000);
  let rest = whole;
  const parts = units.map(({ unit, millis }) => {
    const many = Math.floor(rest / millis);
    rest -= many * millis;
    return many > 0 ? `${many}${unit}` : '';
  });
  return parts.join('');
}
