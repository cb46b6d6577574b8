import { AsyncSubject } from 'rxjs';
import type { Behavior, Exit, Spawned, SpawnOptions } from '../../core/index.js';
import { ProcessStream } from '../mailbox/processStream.js';
import type { Process } from './process.js';
import { spawn } from './spawn.js';

/** Starts a process that its parent monitors, and is linked to if `linked`, from before it runs (S1). */
export function spawnWatched(
  parent: Process,
  behavior: Behavior | string,
  options: SpawnOptions | undefined,
  linked: boolean,
): Spawned {
  // An AsyncSubject, because the monitor exists from the spawn on, and late subscribers get the EXIT (N2).
  const exit$ = new AsyncSubject<Exit>();
  const { pid } = spawn(parent.kernel, behavior, options, { parent, linked, observer: exit$ });
  return { pid, exit$: new ProcessStream(parent, { attach: (s) => exit$.subscribe(s) }) };
}
