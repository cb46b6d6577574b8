import type { Behavior, Exit, Message, Pid } from '../../core/index.js';
import { type Extension, type Process, spawn } from '../../runtime/index.js';
import { behind } from '../broker/behind.js';
import type { Broker } from '../broker/broker.js';
import type { ChannelBehavior, ChannelCommand } from '../definitions/channelCommand.js';

/** One process of a channel, from its spawn to its exit; it may give commands of a channel (B23). */
export class RoomProcess implements Extension {
  readonly isConnection = false;
  readonly events = { count: (): void => {} };
  readonly process: Process;
  readonly #owner: ProcessOwner;

  /** @throws ProcessError where it cannot be spawned: `AlreadyExists`, `LimitExceeded`, `Unavailable`. */
  constructor(broker: Broker, channel: string, behavior: ChannelBehavior, owner: ProcessOwner) {
    this.#owner = owner;
    const { kernel, name } = broker;
    const options = {
      host: kernel.hosts.ensure(HOST).id,
      name: processName(channel, name),
      args: [Object.freeze({ channel })],
    };
    const observer = {
      next: (exit: Exit) => behind(broker, channel, () => owner.exited(this, exit)),
      complete: () => {},
    };
    this.process = spawn(kernel, behavior as Behavior, options, { extension: this, observer });
  }

  get pid(): Pid {
    return this.process.pid;
  }

  /** It takes messages until it ends, which is before its exit is heard of. */
  get isRunning(): boolean {
    return this.process.running;
  }

  stop(): void {
    this.process.stop(STOP_TIMEOUT);
  }

  perform(command: { readonly type?: string }): boolean {
    return this.#owner.perform(this, command as ChannelCommand);
  }

  reported(message: unknown): void {
    this.#owner.failed(this, message as Message);
  }

  /** Nothing: what it has sent before its end comes first, and its EXIT behind that. */
  onRelease(): void {}

  takeBack(): boolean {
    return false;
  }
}

/** Whose process it is. */
export interface ProcessOwner {
  /** Performs a command of a channel, in order with all else that the process sends; `false` if it is none. */
  perform(process: RoomProcess, command: ChannelCommand): boolean;
  /** A handler of the process has failed at a message. */
  failed(process: RoomProcess, message: Message): void;
  exited(process: RoomProcess, exit: Exit): void;
}

/** The host of the processes of channels. */
const HOST = 'channels';

/** Milliseconds in which a process has to end that is asked to (V3). */
const STOP_TIMEOUT = 5_000;

/** Of a manager with a name, that is before it: `chat/channel:<name>`. */
const processName = (channel: string, manager: string | undefined): string =>
  manager === undefined ? `channel:${channel}` : `${manager}/channel:${channel}`;
