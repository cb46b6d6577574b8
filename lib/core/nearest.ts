/**
 * The name that a text is most likely a slip of: the fewest letters added, left out, changed or swapped
 * with a neighbour, one in three at most. A name that differs in digits only is no slip but another of
 * its kind, as `room:1` and `room:2` are.
 */
export function nearest(text: string, names: Iterable<string>): string | undefined {
  const letters = text.replace(/\d/g, '');
  let best: string | undefined;
  let limit = Math.floor(text.length / 3);
  for (const name of names) {
    if (Math.abs(name.length - text.length) > limit) continue;
    const distance = distanceOf(text.toLowerCase(), name.toLowerCase());
    if (distance > limit || letters === name.replace(/\d/g, '')) continue;
    best = name;
    limit = distance - 1;
  }
  return best;
}

/** What an error or a warning adds about the nearest name: nothing when none is near. */
export function suggestion(text: string, names: Iterable<string>): string {
  const name = nearest(text, names);
  return name === undefined ? '' : `; did you mean '${name}'?`;
}

/** The edit distance in which two neighbours that are swapped count once (optimal string alignment). */
function distanceOf(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (above[j - 1] as number) + Number(a[i - 1] !== b[j - 1]);
      row[j] = Math.min((above[j] as number) + 1, (row[j - 1] as number) + 1, change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j] as number, (before[j - 2] as number) + 1);
      }
    }
    [before, above] = [above, row];
  }
  return above[b.length] as number;
}
