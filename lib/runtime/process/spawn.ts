import {
  type Behavior,
  checkTopic,
  type Known,
  knownOptions,
  type Letter,
  ProcessError,
  type SpawnOptions,
  shown,
} from '../../core/index.js';
import type { Kernel } from '../kernel/kernel.js';
import { behaviorOf } from '../registry/behaviors.js';
import { type ExitObserver, Monitor } from '../ties/monitor.js';
import { linkNow, requestLink } from '../ties/requestLink.js';
import { START } from '../ties/signal.js';
import type { Extension } from './perform.js';
import { Process } from './process.js';

/**
 * Starts a process, or throws and changes nothing (S1–S5).
 *
 * The room `process` is the life of a process: begin here; `process.ts` runs it, `perform.ts` performs its
 * commands, `takeEffect.ts` its signals, `relations.ts` knows its ties, `processSelf.ts` is its `self`.
 */
export function spawn(
  kernel: Kernel<Process>,
  what: Behavior | string,
  options: SpawnOptions = NOTHING,
  ties: Ties = NOTHING,
): Process {
  const { parent, linked, observer } = ties;
  const behavior = behaviorOf(kernel.behaviors, what);
  if (options !== NOTHING) {
    knownOptions('spawn', options, OPTIONS);
    checkOptions(options);
  }
  const { name, messages, args = NONE } = options;
  const owner = name === undefined ? undefined : kernel.names.find(name);
  if (owner !== undefined && options.orSignal === true) {
    return signalOwner(owner, messages ?? NONE, ties);
  }
  if (name !== undefined) kernel.names.check(name);
  const host = kernel.hosts.place(options.host ?? parent?.host.id ?? 'main');
  const id = typeof what === 'string' ? what : undefined;
  const process = new Process(kernel, host, behavior, id, parent?.pid, args, ties.extension);
  kernel.processes.add(process);
  host.count++;
  if (name !== undefined) kernel.names.register(name, process);
  if (linked && parent !== undefined) linkNow(parent, process);
  if (observer !== undefined) new Monitor(kernel.nextRef(), parent, process, observer);
  parent?.tracer?.asked('spawn', process.pid);
  kernel.events.spawned(process.pid, process.parent, name);
  kernel.traces.spawned(process);
  if (ties.immediate) process.start();
  else if (ties.held !== true) kernel.queue.push(process, START);
  if (messages !== undefined) post(process, messages, parent);
  return process;
}

/** What a spawned process has to do with others from its start on. */
export interface Ties {
  readonly parent?: Process;
  readonly linked?: boolean;
  /** Gets the EXIT, from a monitor that exists before the process runs (S1). */
  readonly observer?: ExitObserver;
  readonly extension?: Extension;
  /** Runs the first turn within `spawn`, for a connection, because no frame must come before it (H3). */
  readonly immediate?: boolean;
  /** Does not run before `releaseHeld`: it is there, and takes messages (D43). */
  readonly held?: boolean;
}

/** Lets a process run that was spawned `held`. */
export function releaseHeld(process: Process): void {
  process.queue.push(process, START);
}

/** Shared, so that not every spawn makes its own. */
const NONE: readonly never[] = Object.freeze([]);
const NOTHING = Object.freeze({});

const OPTIONS: Known<SpawnOptions> = {
  host: true,
  name: true,
  args: true,
  messages: true,
  orSignal: true,
};

/** Checks what the options of a spawn say. @throws ProcessError `Invalid`. */
export function checkOptions({ args, messages }: SpawnOptions): void {
  if (args !== undefined && !Array.isArray(args)) {
    throw new ProcessError('Invalid', `args is an array, not ${shown(args)}`);
  }
  if (messages === undefined) return;
  if (!Array.isArray(messages)) {
    throw new ProcessError('Invalid', `messages is an array, not ${shown(messages)}`);
  }
  for (const letter of messages) checkTopic(letter?.topic);
}

/** Spawn-or-signal: links, monitors and messages go to the process that has the name already (S5). */
function signalOwner(owner: Process, messages: readonly Letter[], ties: Ties): Process {
  const { parent, linked, observer } = ties;
  if (linked && parent !== undefined) requestLink(parent, owner);
  if (observer !== undefined) new Monitor(owner.kernel.nextRef(), parent, owner, observer);
  parent?.tracer?.asked('spawn', owner.pid);
  post(owner, messages, parent);
  return owner;
}

function post(process: Process, letters: readonly Letter[], parent: Process | undefined): void {
  for (const { topic, payload } of letters) process.accept({ topic, payload, from: parent?.pid });
}
