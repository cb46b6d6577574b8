import type { Pid } from '../../core/index.js';
import type { Entry } from './entry.js';

/**
 * The PID in whose name an entry speaks without being of its node: `undefined` if there is none (D60). `prefix` is how the
 * PIDs of the sender's node begin, `{a~k3f9x1qz@`.
 */
export function forgedPid(entry: Entry, prefix: string): Pid | undefined {
  const forged = (pid: Pid | undefined): Pid | undefined =>
    pid === undefined || pid.startsWith(prefix) ? undefined : pid;
  switch (entry.kind) {
    case 'send':
    case 'call':
    case 'cast':
    case 'signal':
      return forged(entry.from);
    case 'watch':
      return forged(entry.by);
    case 'link':
    case 'unlink':
    case 'linkExit':
      return forged(entry.a);
    case 'name':
    case 'press':
      return forged(entry.pid);
    case 'group':
      for (const [, members] of entry.groups) {
        const found = typeof members === 'number' ? undefined : members.find(forged);
        if (found !== undefined) return found;
      }
      return undefined;
    default:
      return undefined;
  }
}
