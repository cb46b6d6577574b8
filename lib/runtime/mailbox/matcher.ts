import { ProcessError } from '../../core/index.js';

/**
 * Compiles a pattern: `*` stands for one segment between dots, a final `**` for one or more segments.
 *
 * @throws ProcessError `Invalid` when `**` stands before the end.
 */
export function matcher(pattern: string): (text: string) => boolean {
  if (!isGlob(pattern)) return (topic) => topic === pattern;
  const segments = pattern.split('.');
  const open = segments.at(-1) === '**';
  const fixed = open ? segments.slice(0, -1) : segments;
  if (fixed.includes('**')) {
    throw new ProcessError('Invalid', `the pattern ${pattern}: ** stands only at the end`);
  }
  return (topic) => {
    const parts = topic.split('.');
    if (open ? parts.length <= fixed.length : parts.length !== fixed.length) return false;
    return fixed.every((segment, i) => segment === '*' || segment === parts[i]);
  };
}

const isGlob = (pattern: string): boolean =>
  pattern.split('.').some((s) => s === '*' || s === '**');

/** The pattern with the highest precedence takes a topic: an exact one, or else the longest (M6). */
export function precedence(pattern: string): number {
  return isGlob(pattern) ? pattern.length : Number.POSITIVE_INFINITY;
}
