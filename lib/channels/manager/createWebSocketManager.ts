import { insideOf, type Pid, ProcessError } from '../../core/index.js';
import { kernelOf, type System, spawn } from '../../runtime/index.js';
import { Broker } from '../broker/broker.js';
import { define } from '../broker/define.js';
import { readLimits } from '../definitions/limitOptions.js';
import { Inside } from './inside.js';
import { managerBehavior } from './managerBehavior.js';
import { checkManagerOptions, type ManagerOptions } from './managerOptions.js';
import { sayGoodbye } from './sayGoodbye.js';
import { WebSocketManager } from './webSocketManager.js';

/**
 * Makes the manager of a system's connections and channels: a process, to which connections are relayed, as by
 * `websocketRoutes`.
 *
 * The room `manager` is what users see: begin here; `webSocketManager.ts` has the methods, and its classes before it those
 * that look, send and close; `inside.ts` is what a manager is made of, `handshake.ts` and `arrivals.ts` how clients come in.
 *
 * @throws ProcessError `Invalid` for an option, by its name; `AlreadyExists` where the system has one of this name.
 * @example const manager = createWebSocketManager(system, { channels: [channel('chat:*')] });
 */
export function createWebSocketManager(
  system: System,
  options: ManagerOptions = {},
): WebSocketManager {
  checkManagerOptions(options);
  const kernel = system?.[kernelOf];
  if (kernel === undefined) {
    throw new ProcessError('Invalid', 'createWebSocketManager: give a system, from createSystem()');
  }
  const { channels = [], implicitChannels = true, name } = options;
  const broker = new Broker(kernel, readLimits(options.limits), implicitChannels, name);
  const inside = new Inside(system, broker, options.cluster);
  for (const definition of channels) define(broker, definition);
  const taken = kernel.names.find(processName(name));
  if (taken !== undefined) throw alreadyExists(taken.pid, name);
  const behavior = managerBehavior(broker, inside.arrivals);
  broker.pid = spawn(kernel, behavior, { name: processName(name) }).pid;
  broker.fellows?.begin();
  const manager = new WebSocketManager(inside);
  kernel.dependents.add(() => {
    inside.rest();
    sayGoodbye(broker);
    // The processes of channels end after that, so that each of them hears of all who leave (B34).
    return broker.whenEmpty().then(() => broker.histories.close());
  });
  const known = managers.get(system) ?? new Map<string | undefined, WebSocketManager>();
  managers.set(system, known.set(name, manager));
  return manager;
}

/** The manager of a system that `createWebSocketManager` has made. @throws ProcessError `NotFound`: there is none. */
export function websocketManager(system: System, name?: string): WebSocketManager {
  const manager = managers.get(system)?.get(name);
  if (manager !== undefined && !manager[insideOf].broker.hasEnded) return manager;
  throw new ProcessError('NotFound', 'the system has no manager: createWebSocketManager(system)');
}

/** All managers of a system that have not ended, in the order in which they were made. */
export const websocketManagers = (system: System): readonly WebSocketManager[] =>
  [...(managers.get(system)?.values() ?? [])].filter(
    (manager) => !manager[insideOf].broker.hasEnded,
  );

/** A second call is a slip in most cases, so the text says what there is instead. */
function alreadyExists(existing_pid: Pid, name: string | undefined): ProcessError {
  const which = name === undefined ? '' : ` of the name ${name}`;
  const advice = 'use that one, websocketManager(system), or give this one a name of its own';
  return new ProcessError(
    'AlreadyExists',
    `createWebSocketManager: the system has a manager${which} already: ${advice}`,
    { existing_pid },
  );
}

const managers = new WeakMap<System, Map<string | undefined, WebSocketManager>>();

const processName = (name: string | undefined): string =>
  name === undefined ? 'websocket' : `websocket:${name}`;
