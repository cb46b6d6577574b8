import type { ExitReason, Inbox, Pid, Self } from '../core/index.js';
import { type Extension, type Kernel, type Process, SizedMessage } from '../runtime/index.js';
import { session } from './session.js';
import type { Socket } from './socket.js';
import type { RelayEvent, Route, SessionCommand, State, World } from './state.js';
import { leave } from './step.js';

/** How long a target that the connection owns has to end, once told to (H1, V3). */
const STOP_TIMEOUT = 5_000;

/** What a connection is made of. */
export interface ConnectionOptions {
  readonly kernel: Kernel;
  readonly socket: Socket;
  readonly route: Route;
  readonly closeTimeout: number;
  /** Whether a busy target holds the client back (Q2). */
  readonly flowControl: boolean;
  /** The target, when the relay has spawned it and is to end it (H1). */
  readonly owned: Process | undefined;
  readonly onEnd: (connection: Connection) => void;
}

/**
 * A connection as the runtime sees it: performs what its session asks of the socket, holds the client
 * back while the target is busy, and writes the last leave whatever ends the process (Y3).
 */
export class Connection implements Extension, World {
  readonly since: number;
  readonly #options: ConnectionOptions;
  #self: Pid = '';
  #state: State | undefined;
  #forgetRelief: (() => void) | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.since = options.kernel.now();
    if (options.flowControl) options.socket.throttle(() => this.#ready());
  }

  /** The behaviour of the connection's process. */
  run(inbox: Inbox, self: Self): ReturnType<typeof session> {
    this.#self = self.pid;
    const { kernel, socket, route, closeTimeout } = this.#options;
    const remember = (state: State): void => this.#remember(state);
    const { scheduler } = kernel;
    return session(inbox, self, { socket, route, world: this, scheduler, closeTimeout, remember });
  }

  /** Brings the session news from the relay, as a turn of its own (M4). */
  tell(event: RelayEvent): void {
    const { kernel } = this.#options;
    const signals = kernel.processes.get(this.#self)?.signals as
      | { offer(e: object): void }
      | undefined;
    kernel.queue.push({ receive: () => signals?.offer(event) }, undefined);
  }

  // --- the session's world --------------------------------------------------------------------------

  get self(): Pid {
    return this.#self;
  }

  now(): number {
    return this.#options.kernel.now();
  }

  find(pid: Pid): Pid | undefined {
    return this.#options.kernel.resolve(pid)?.pid;
  }

  // --- the runtime's extension ----------------------------------------------------------------------

  perform(command: SessionCommand): boolean {
    const { kernel, socket } = this.#options;
    switch (command.type) {
      case 'forward':
        this.#forward(command);
        return true;
      case 'write':
        socket.write(command.data);
        return true;
      case 'close':
        this.#refuseMore();
        socket.close(command.code, command.reason);
        return true;
      case 'destroy':
        this.#refuseMore();
        socket.terminate();
        return true;
      case 'warn':
        kernel.events.warning(command.code, command.message, this.#self);
        return true;
      case 'drop':
        kernel.events.drop(this.#self, 'closing');
        return true;
      default:
        return false;
    }
  }

  /** The leave comes from the last state, if the session did not live to write it (Z4, cause i). */
  onRelease(_: ExitReason): void {
    const { kernel, socket, owned, onEnd } = this.#options;
    const state = this.#state;
    if (state !== undefined && state.phase !== 'closed') {
      for (const command of leave(state.route, 'terminated', this)) {
        if (command.type === 'send') {
          kernel.send(this.#self, command.to, command.topic, command.payload);
        }
      }
      socket.terminate();
    }
    this.#forgetRelief?.();
    if (owned !== undefined) kernel.queue.push(owned, { signal: 'stop', timeout: STOP_TIMEOUT });
    onEnd(this);
  }

  #remember(state: State): void {
    const before = this.#state?.route.target;
    this.#state = state;
    // What held the client back was the former target (X4).
    if (before !== undefined && before !== state.route.target) this.#options.socket.resume();
  }

  #forward({ to, topic, payload, size }: SessionCommand & { type: 'forward' }): void {
    const target = this.#options.kernel.resolve(to);
    if (target === undefined) return; // it has ended, and its EXIT is on the way
    const message = new SizedMessage(topic, payload, this.#self, size);
    if (!target.accept(message, size) && target.mailbox.phase === 'open') {
      this.tell({ type: 'refused' });
    }
  }

  /** Closing: what still comes is taken and dropped (Y3), and reading goes on for the close frame. */
  #refuseMore(): void {
    const mailbox = this.#options.kernel.processes.get(this.#self)?.mailbox;
    if (mailbox?.phase === 'open' || mailbox?.phase === 'stopping') mailbox.phase = 'closing';
    this.#options.socket.resume();
  }

  /** Asked before each frame: not while the target's mailbox is above its high-water mark (Q2). */
  #ready(): boolean {
    const state = this.#state;
    if (state === undefined || state.phase !== 'open') return true;
    const mailbox = this.#options.kernel.processes.get(state.route.target)?.mailbox;
    if (mailbox === undefined || !mailbox.pressed) return true;
    this.#forgetRelief?.();
    this.#forgetRelief = mailbox.whenRelieved(() => this.#options.socket.resume());
    return false;
  }
}
