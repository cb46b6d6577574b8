import { infoOf, kernelOf, labelOf, type Process } from '../../runtime/index.js';
import type { ProcessSort } from '../wire/ask.js';
import type { ProcessRow } from '../wire/page.js';
import { cutText } from './cutText.js';
import { Listing } from './listing.js';
import type { Means } from './means.js';

/** All processes of a system, in the order in which they were spawned; no snapshot is made of those out of sight (DV6). */
export const processes = ({
  system: { [kernelOf]: kernel },
  effort,
}: Means): Listing<Process, ProcessSort> =>
  new Listing<Process, ProcessSort>(kernel, effort, {
    items: () => kernel.processes.values(),
    texts: (process) => [process.pid, labelOf(process), process.host.id, ...process.ownNames],
    keys: {
      pid: undefined,
      name: ({ ownNames: [name = ''] }) => name,
      behavior: labelOf,
      host: ({ host }) => host.id,
      depth: ({ mailbox }) => mailbox.depth,
      handled: ({ mailbox }) => mailbox.handled,
      uptime: ({ since }) => -since,
    },
  });

/** One line of the list, as the process is now; one that has ended since the order was made is shown as that. */
export function processRow(process: Process): ProcessRow {
  const { pid, names, behavior, host, status, depth, handled, uptime } = infoOf(process);
  return {
    ...{ pid, host, depth, handled, uptime },
    ...{ names: names.map((each) => cutText(each)), behavior: cutText(behavior) },
    status: process.running ? status : 'ended',
  };
}
