import { filter, map, type Observable, take } from 'rxjs';
import { kernelOf, labelOf, matcher, type Process, type System } from '../../runtime/index.js';

/**
 * The next process that is spawned with such a name or behaviour, before its first turn, so that nothing of its life is
 * missed. @param pattern as that of `system.trace` @throws ProcessError `Invalid`: `**` stands before the end.
 */
export function nextProcess(system: System, pattern: string): Observable<Process> {
  const matches = matcher(pattern);
  const { processes } = system[kernelOf];
  return system.events$.pipe(
    filter(({ type }) => type === 'spawned'),
    map((event) => processes.get('pid' in event ? (event.pid ?? '') : '')),
    filter((process) => process !== undefined),
    filter((process) => [labelOf(process), ...process.ownNames].some(matches)),
    take(1),
  );
}
