import { isPid, type Letter, type Pid, ProcessError, shown } from '../../core/index.js';
import { checkOptions, releaseHeld, spawn } from '../../runtime/index.js';
import type { SharedSession } from '../relations/shared.js';
import type { Entry } from '../wire/entry.js';

/**
 * Starts a process here for one of another node, or for nobody there: its relations are in force before it runs (S1, D38).
 *
 * @throws ProcessError `NotFound`: the id is not in `spawnable`; and as `spawn`.
 */
export function startSpawned(
  { relations }: SharedSession,
  { ref, id, args, options }: Entry & { kind: 'spawn' },
  spawnable: ReadonlySet<string>,
): Pid {
  const { kernel, bonds } = relations;
  if (!spawnable.has(id)) {
    const text = `${shown(id)} is not among what ${kernel.node} lets other nodes spawn`;
    throw new ProcessError('NotFound', `${text}: list it there in joinCluster({ spawnable })`);
  }
  const { name, host, messages = [], from, link, monitored } = options as SpawnTies;
  checkOptions({ messages });
  if (from !== undefined && !(isPid(from) && from.startsWith(relations.prefix))) {
    throw new ProcessError('Invalid', `${shown(from)} is no process of ${relations.node}`);
  }
  if (link !== undefined && !bonds.isTheirs(link)) {
    throw new ProcessError('Invalid', `${shown(link)} is no id of a link of ${relations.node}`);
  }
  const process = spawn(kernel, id, { args, name, host }, { held: true });
  const { pid } = process;
  if (from !== undefined && link !== undefined) {
    bonds.asked(relations.foreign(from), { kind: 'link', a: from, b: pid, id: link });
  }
  if (monitored) relations.owed.watch({ kind: 'watch', ref, pid, by: from });
  releaseHeld(process);
  for (const { topic, payload } of messages) process.accept({ topic, payload, from });
  return pid;
}

/** What an entry `spawn` has as its options. */
export interface SpawnTies {
  readonly name?: string | undefined;
  readonly host?: string | undefined;
  readonly messages?: readonly Letter[] | undefined;
  /** The process that spawns it, if one does. */
  readonly from?: Pid | undefined;
  /** The id of their link. */
  readonly link?: number | undefined;
  /** Whether its exit is told, under the ref of the entry. */
  readonly monitored?: boolean | undefined;
}
