/** What people may call themselves and their rooms: a line of up to 32 characters, of any script. */
const NAME = /^[^\p{Cc}\p{Cs}\u2028\u2029]{1,32}$/u;

type Names<K extends string> = Readonly<Record<K, string>>;

/** The names that a query must have, or what is the problem with them. */
export function readNames<K extends string>(
  query: Readonly<Record<string, unknown>>,
  ...keys: readonly K[]
): Names<K> | { readonly problem: string } {
  const names = keys.map((key) => [key, clean(query[key])] as const);
  const missing = names.find(([, name]) => name === undefined);
  if (missing !== undefined) return { problem: `${missing[0]}: give 1 to 32 characters` };
  return Object.fromEntries(names) as Names<K>;
}

function clean(value: unknown): string | undefined {
  // Given twice it is an array, and no name.
  const name = typeof value === 'string' ? value.trim().normalize() : '';
  return NAME.test(name) ? name : undefined;
}
