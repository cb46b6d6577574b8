import { knownOptions } from './knownOptions.js';
import type { Pid } from './pid.js';

/**
 * What a watcher of groups is told (G5): first who is there, then each change. It is frozen, and the
 * same object for all watchers.
 */
export interface GroupEvent {
  readonly system: 'pg';
  /** `'members'` comes first and is the whole list; the others carry what was joined or left. */
  readonly kind: 'members' | 'member.joined' | 'member.left';
  /** The group's name, as in `data.Group`. */
  readonly path: string;
  /** A PID stands in `PIDs` once per join. */
  readonly data: { readonly Group: string; readonly PIDs: readonly Pid[] };
}

/** Options of what concerns a process group (§9). */
export interface GroupOptions {
  /** Which of the independent scopes the group is of; default `'pg'`. */
  readonly scope?: string | undefined;
}

/** Reads the scope. @throws ProcessError `Invalid` for an unknown option. */
export function scopeOf(where: string, options: GroupOptions): string | undefined {
  knownOptions(where, options, { scope: true });
  return options.scope;
}

/** Options of a broadcast (G4). */
export interface BroadcastOptions extends GroupOptions {
  /** Who does not get it, a PID or several, for example the sender; default: nobody. */
  readonly except?: Pid | readonly Pid[] | undefined;
}
