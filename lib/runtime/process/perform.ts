import { type Command, type ExitReason, ProcessError } from '../../core/index.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Resident } from '../kernel/resident.js';
import type { Bound } from '../mailbox/bound.js';
import { type Upgradable, upgrade } from './upgrade.js';

/** Performs a command of a process; nothing else does. @throws ProcessError `Invalid` (S6). */
export function perform(process: Performer, command: Command): void {
  const { kernel, pid, extension } = process;
  switch (command?.type) {
    case 'send':
      kernel.send(pid, command.to, command.topic, command.payload);
      return;
    case 'broadcast':
      kernel.groups.broadcast(command, {
        topic: command.topic,
        payload: command.payload,
        from: pid,
      });
      return;
    case 'done':
      return process.end({ type: 'normal', value: command.value });
    case 'exit':
      return process.end(command.reason);
    case 'upgrade':
      return upgrade(process, command.id, command.state);
    case 'reply':
      return kernel.calls.reply(pid, command.message, command.payload);
    case 'report':
      return kernel.events.handlerError(pid, command.error, command.message);
    default:
      if (extension?.perform(command ?? {})) return;
      throw notACommand(command);
  }
}

/** What an adapter adds to a process that it runs: commands of its own, and a last action at its end (Y3). */
export interface Extension {
  /** The bound of the process's mailbox; default: that of the system. */
  readonly bound?: Bound;
  /** Performs a command that the runtime does not know; `false` if the adapter does not know it either. */
  perform(command: { readonly type?: string }): boolean;
  /** Runs once when the process ends, before its names are released and its EXIT is sent. */
  onRelease(reason: ExitReason): void;
}

/** A process as its commands see it. */
export interface Performer extends Upgradable {
  readonly kernel: Pick<
    Kernel<Resident>,
    'send' | 'groups' | 'calls' | 'events' | 'behaviors' | 'queue'
  >;
  readonly extension: Extension | undefined;
  end(reason: ExitReason): void;
}

function notACommand(value: unknown): ProcessError {
  const shown = typeof value === 'object' ? 'an object that is none' : `a ${typeof value}`;
  const hint = 'map it to send(…), done(…) or undefined';
  return new ProcessError(
    'Invalid',
    `a behaviour emits commands or nothing, not ${shown}: ${hint}`,
  );
}
