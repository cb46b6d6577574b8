import { defer, interval, map, type Observable, startWith, takeWhile } from 'rxjs';
import { kernelOf, labelOf, type ProcessInfo, type System } from '../../runtime/index.js';
import type { ProcessView } from '../wire/processView.js';
import { cutText } from './cutText.js';
import { noProcess } from './noProcess.js';

/** One process once a second, by PID or name, with those around it; completes after its end (DV8). Errors with `NotFound`. */
export const processView = (system: System, target: string): Observable<ProcessView> =>
  defer(() => {
    const first = system.info(target);
    if (first === undefined) throw noProcess(system, target);
    const { pid } = first;
    return interval(PERIOD, system.scheduler).pipe(
      startWith(0),
      map(() => system.info(pid)),
      takeWhile((info) => info !== undefined),
      map((info) => viewOf(system, info)),
    );
  });

/** Milliseconds. */
const PERIOD = 1_000;
/** So many of each kind of relation are shown. */
const MOST = 100;

function viewOf(system: System, info: ProcessInfo): ProcessView {
  const { parent, ...own } = info;
  const cut = {
    links: info.links.slice(0, MOST),
    monitors: info.monitors.slice(0, MOST),
    monitoredBy: info.monitoredBy.slice(0, MOST).map((pid) => pid ?? null),
  };
  const around = [parent, ...cut.links, ...cut.monitors, ...cut.monitoredBy];
  const known = around.filter((pid): pid is string => typeof pid === 'string');
  const labels = known.map((pid): [string, string] => [pid, labelFor(system, pid)]);
  return {
    ...{ ...own, ...cut, labels: Object.fromEntries(labels) },
    ...(parent !== undefined && { parent }),
  };
}

/** How a process is called where there is little room: by its name, else by its behaviour, else by its PID. */
export function labelFor(system: System, pid: string): string {
  const process = system[kernelOf].processes.get(pid);
  return process === undefined ? pid : cutText(process.ownNames[0] ?? labelOf(process));
}
