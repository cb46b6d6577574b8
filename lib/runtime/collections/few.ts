/**
 * None, one, or a Set of several. Most processes are watched by one other or by nobody, and a Set for each
 * would cost memory. The result of `withOne` and `without` must be stored, because it may be a new value.
 */
export type Few<T extends object> = T | Set<T> | undefined;

export function withOne<T extends object>(few: Few<T>, item: T): Few<T> {
  if (few === undefined) return item;
  return few instanceof Set ? few.add(item) : new Set([few, item]);
}

export function without<T extends object>(few: Few<T>, item: T): Few<T> {
  if (few instanceof Set) {
    few.delete(item);
    return few.size === 0 ? undefined : few;
  }
  return few === item ? undefined : few;
}

/** Visits the items in the order in which they were added. */
export function each<T extends object>(few: Few<T>, visit: (item: T) => void): void {
  if (few instanceof Set) for (const item of few) visit(item);
  else if (few !== undefined) visit(few);
}

export function several<T extends object>(few: Few<T>): readonly T[] {
  const items: T[] = [];
  each(few, (item) => items.push(item));
  return items;
}
