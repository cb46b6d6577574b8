/** What a check has found wrong: the one line below its name. */
export class Unexpected extends Error {
  override readonly name = 'Unexpected';
  readonly expected: string;
  readonly seen: string;

  constructor(expected: string, seen: string) {
    super(`expected ${expected}, saw ${seen}`);
    this.expected = expected;
    this.seen = seen;
  }
}

/** @throws Unexpected unless what was seen is as expected, in all parts. */
export function expectEqual(what: string, seen: unknown, expected: unknown): void {
  const [given, wanted] = [show(seen), show(expected)];
  if (given !== wanted) throw new Unexpected(`${what} ${wanted}`, given);
}

/** @throws Unexpected unless it is so. */
export function expectThat(isSo: boolean, expected: string, seen: unknown): asserts isSo {
  if (!isSo) throw new Unexpected(expected, typeof seen === 'string' ? seen : show(seen));
}

/** A value as JSON, keys in the order of their names. */
export const show = (value: unknown): string => JSON.stringify(sorted(value)) ?? 'nothing';

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]));
}
