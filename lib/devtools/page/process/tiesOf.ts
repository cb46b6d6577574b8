import type { ProcessView } from '../../wire/processView.js';

/** Whom a process is tied to, and how, for its graph and for the text beside it. */
export function tiesOf(view: ProcessView): readonly Tie[] {
  const { parent, links, monitors, monitoredBy, labels } = view;
  const tie = (kind: TieKind, pids: readonly (string | null)[]): Tie => ({
    kind,
    ends: [...counted(pids)].map(([pid, times]) => ({
      pid: pid ?? undefined,
      label: pid === null ? 'the application' : (labels[pid] ?? pid),
      times,
    })),
  });
  return [
    tie('parent', parent === undefined ? [] : [parent]),
    tie('monitoredBy', monitoredBy),
    tie('links', links),
    tie('monitors', monitors),
  ].filter(({ ends }) => ends.length > 0);
}

/** One process may monitor another several times. */
function counted<T>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

export type TieKind = 'parent' | 'monitoredBy' | 'links' | 'monitors';

/** What the ties of a kind are called, seen from the process. */
export const TIES: Readonly<Record<TieKind, string>> = {
  parent: 'Parent',
  monitoredBy: 'Monitored by',
  links: 'Linked with',
  monitors: 'Monitors',
};

/** All ties of a kind. */
export interface Tie {
  readonly kind: TieKind;
  readonly ends: readonly TieEnd[];
}

export interface TieEnd {
  /** `undefined`: it is no process. */
  readonly pid: string | undefined;
  readonly label: string;
  readonly times: number;
}
