/**
 * Where the refs of a node begin. Nodes begin far from each other, so that a question which one of them hands on to
 * another, as payload, does not look there like a question of that node (D29).
 */
export function firstRef(id: string): number {
  let hash = 0x811c9dc5; // FNV-1a
  for (const character of id) {
    hash = Math.imul(hash ^ (character.codePointAt(0) as number), 0x01000193);
  }
  // 2^52 at most, with room for a million refs more until the next node's may begin.
  return (hash >>> 0) * 2 ** 20;
}
