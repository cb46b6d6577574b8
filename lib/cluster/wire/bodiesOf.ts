/**
 * Divides entries into the bodies of as few frames as possible, in order (D22). An entry that is larger than a body is
 * alone in several, all of which but the last say that more follows.
 *
 * @param max bytes of the largest body
 */
export function bodiesOf(entries: readonly Uint8Array[], max: number): readonly Body[] {
  const bodies: Body[] = [];
  let first = 0;
  let size = 0;
  const close = (end: number): void => {
    // Nearly always everything fits, and the list is used as it is.
    const parts = end - first === entries.length ? entries : entries.slice(first, end);
    if (end > first) bodies.push({ parts, size, entries: end - first, more: false });
    first = end;
    size = 0;
  };
  entries.forEach((entry, index) => {
    if (size + entry.length > max) close(index);
    size += entry.length;
    if (entry.length <= max) return;
    cut(entry, max, bodies);
    first = index + 1;
    size = 0;
  });
  close(entries.length);
  return bodies;
}

/** What one frame holds. */
export interface Body {
  readonly parts: readonly Uint8Array[];
  /** Bytes of all parts. */
  readonly size: number;
  /** How many entries end in it. */
  readonly entries: number;
  /** Whether its entry goes on in the next one. */
  readonly more: boolean;
}

function cut(entry: Uint8Array, max: number, bodies: Body[]): void {
  for (let at = 0; at < entry.length; at += max) {
    const part = entry.subarray(at, at + max);
    const more = at + max < entry.length;
    bodies.push({ parts: [part], size: part.length, entries: more ? 0 : 1, more });
  }
}
