import { ProcessError } from '../../core/index.js';
import type { Entry } from '../wire/entry.js';
import type { Relations } from './relations.js';

/**
 * Does here what has arrived from another node, in a turn of the run queue. Nobody else's processes are spoken for in it
 * (D60): the session has seen to that.
 */
export function dispatch(relations: Relations, entry: Entry): void {
  const { asked, owed, bonds } = relations;
  switch (entry.kind) {
    case 'send':
      return deliver(relations, entry);
    case 'call':
      return owed.call(entry);
    case 'reply':
      return asked.answered(entry.ref, entry.payload);
    case 'refused':
      if (typeof entry.about === 'string') return;
      return asked.refused(entry.about, new ProcessError('Unavailable', entry.why));
    case 'failed':
      return asked.refused(entry.ref, entry.error);
    case 'watch':
      return owed.watch(entry);
    case 'unwatch':
      return owed.settle(entry.ref);
    case 'exit':
      return asked.exited(entry.ref, entry.reason);
    case 'link':
      if (bonds.asked(relations.foreign(entry.a), entry)) return;
      return warn(relations, entry, `with the id ${entry.id}`);
    case 'unlink':
      return bonds.givenUp(entry);
    case 'linkExit':
      return bonds.exited(entry);
    case 'signal':
      return signal(relations, entry);
  }
}

function warn({ kernel, node }: Relations, { kind }: Entry, what: string): void {
  kernel.events.warning('forged', `${node} has sent a ${kind} ${what}, which is not its own`);
}

function deliver(
  { kernel }: Relations,
  { to, topic, from, payload }: Entry & { kind: 'send' },
): void {
  const target = kernel.processes.get(to);
  const message = { topic, payload, from };
  if (target !== undefined) {
    target.accept(message);
    return;
  }
  kernel.events.deadLetter(to, topic, from);
  kernel.giveBack(message, to);
}

function signal({ kernel }: Relations, entry: Entry & { kind: 'signal' }): void {
  const target = kernel.processes.get(entry.to);
  if (target === undefined) return;
  const { from } = entry;
  switch (entry.signal) {
    case 'exit':
      return kernel.queue.push(target, { signal: 'exit', from, reason: entry.reason });
    case 'kill':
      return kernel.queue.push(target, { signal: 'kill' });
    case 'cancel': {
      const { reason, remaining } = entry;
      const due = remaining === undefined ? undefined : kernel.uptime() + remaining;
      return kernel.queue.push(target, { signal: 'cancel', from, reason, due });
    }
  }
}
