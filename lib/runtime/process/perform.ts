import { isObservable } from 'rxjs';
import {
  type Command,
  type DropReason,
  type ExitReason,
  isPromise,
  type Message,
  type Pid,
  ProcessError,
} from '../../core/index.js';
import { broadcast } from '../kernel/broadcast.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Resident } from '../kernel/resident.js';
import type { Bound } from '../mailbox/bound.js';
import type { Member } from '../registry/group.js';
import { checkPlace } from '../registry/groupTable.js';
import { type Timed, Timer } from './timer.js';
import { type Upgradable, upgrade } from './upgrade.js';

/** Performs a command of a process; nothing else does. @throws ProcessError `Invalid` (S6). */
export function perform(process: Performer, command: Command): void {
  const { kernel, pid, extension } = process;
  switch (command?.type) {
    case 'send':
      kernel.send(pid, command.to, command.topic, command.payload);
      return;
    case 'broadcast':
      broadcast(kernel, pid, command);
      return;
    case 'sendAfter':
    case 'every':
      return Timer.start(process, command);
    case 'join':
    case 'leave':
      return changeGroup(process, command);
    case 'done':
      return process.end({ type: 'normal', value: command.value });
    case 'exit':
      return process.end(command.reason);
    case 'upgrade':
      return upgrade(process, command.id, command.state);
    case 'reply':
      return kernel.calls.reply(pid, command.message, command.payload);
    case 'report':
      extension?.reported?.(command.message);
      return kernel.events.handlerError(pid, command.error, command.message);
    default:
      if (extension?.perform(command ?? {})) return;
      throw notACommand(command);
  }
}

/** Joins or leaves a group, for this process or another one of this node, which has left all if it has ended (G6, D37). */
function changeGroup(
  process: Performer,
  command: Extract<Command, { type: 'join' | 'leave' }>,
): void {
  checkPlace(command);
  const { kernel } = process;
  const { type, group, pid } = command;
  const member = pid === undefined ? process : kernel.find(pid);
  if (member !== undefined) kernel.groups[type](command, [member]);
  else if (kernel.isForeign(pid as Pid)) {
    throw new ProcessError('NotFound', `cannot ${type} ${group}: ${pid} is on another node`);
  }
}

/** What an adapter adds to a process that it runs: commands of its own, and a last action at its end (Y3). */
export interface Extension {
  /** Whether it is the process of a client, who can make it crash: such crashes are not logged. */
  readonly isConnection: boolean;
  /** The bound of the process's mailbox; default: that of the system. */
  readonly bound?: Bound;
  /** Performs a command that the runtime does not know; `false` if the adapter does not know it either. */
  perform(command: { readonly type?: string }): boolean;
  /** A handler of the process has failed at a message, and goes on with the next (M12). */
  reported?(message: unknown): void;
  /** Counts what was dropped on its way to the process once that is closing; there is an event of it already. */
  readonly events: { count(reason: DropReason): void };
  /** Another node has refused a frame of this process, of which there is an event there (D55). */
  refused?(): void;
  /** Runs once when the process ends, before its names are released and its EXIT is sent. */
  onRelease(): void;
  /** Takes a frame back that `to` has not read before its end; `false` if it does not want it (X10). */
  takeBack(message: Message, to: Pid): boolean;
}

/** A process as its commands see it. */
export interface Performer extends Upgradable, Timed, Member {
  readonly kernel: Timed['kernel'] &
    Pick<Kernel<Resident>, 'groups' | 'calls' | 'behaviors' | 'find' | 'route' | 'isForeign'>;
  readonly extension: Extension | undefined;
  end(reason: ExitReason): void;
}

function notACommand(value: unknown): ProcessError {
  const text = `a behaviour emits commands or nothing, not ${kindOf(value)}`;
  return new ProcessError('Invalid', text);
}

/** What was emitted, and what to do about it. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'an array: use mergeMap instead of map';
  if (isPromise(value)) return 'a promise: use act(async …) instead of map';
  if (isObservable(value)) return 'an observable: use mergeMap or switchMap instead of map';
  const { type } = Object(value) as { readonly type?: unknown };
  if (CHANNEL_COMMANDS.includes(type as string)) {
    return `${type}, which is a command of a channel's process: give it as the behavior of a channel(…)`;
  }
  const shown = typeof value === 'object' ? 'an object that is none' : `a ${typeof value}`;
  return `${shown}: map it to send(…), done(…) or undefined`;
}

/** The commands that only the process of a channel may give (B23). */
const CHANNEL_COMMANDS = ['emit', 'push', 'accept', 'refuse', 'kick'];
