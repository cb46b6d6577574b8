import type { Observable, SchedulerLike } from 'rxjs';
import type { ExitReason, Inbox, Pid, Self } from '../core/index.js';
import {
  type Extension,
  type Kernel,
  type Process,
  SizedMessage,
  UNBOUNDED,
} from '../runtime/index.js';
import { type SessionContext, session } from './session.js';
import type { Socket, Valve } from './socket.js';
import type { RelayEvent, Route, SessionCommand, State, World } from './state.js';
import { wantsFrames } from './state.js';
import { leave } from './step.js';
import { type Cause, verdict } from './verdict.js';

/**
 * A connection as the runtime sees it: performs what its session asks of the socket, holds the client
 * back while the target is busy, and writes the last leave whatever ends the process (Y3). It is its
 * session's context and world itself, because ten thousand idle ones pay for every object.
 */
export class Connection implements Extension, SessionContext, World, Valve {
  readonly since: number;
  readonly #owner: ConnectionOwner;
  readonly socket: Socket;
  readonly route: Route;
  readonly #owned: Process | undefined;
  #self: Self | undefined;
  #state: State | undefined;
  #stopWaiting: (() => void) | undefined;
  #target: Process | undefined;

  /** `owned` is the target when the relay has spawned it, and is to end it (H1). */
  constructor(owner: ConnectionOwner, socket: Socket, route: Route, owned: Process | undefined) {
    this.since = owner.kernel.uptime();
    this.#owner = owner;
    this.socket = socket;
    this.route = route;
    this.#owned = owned;
  }

  /** The behaviour of the connection's process. */
  run(inbox: Inbox, self: Self): Observable<SessionCommand> {
    this.#self = self;
    // An abnormal link signal starts closing instead of ending it (Y3).
    self.setOptions({ trapLinks: true });
    return session(inbox, this);
  }

  /** Brings the session news from the relay, as a turn of its own (M4). */
  tell(event: RelayEvent): void {
    this.#process?.inform(event);
  }

  get pid(): Pid {
    return this.self.pid;
  }

  get #process(): Process | undefined {
    return this.#owner.kernel.processes.get(this.pid);
  }

  // --- the session's context and world ------------------------------------------------------------

  get self(): Self {
    return this.#self as Self;
  }

  get world(): World {
    return this;
  }

  get scheduler(): SchedulerLike {
    return this.#owner.kernel.scheduler;
  }

  get closeTimeout(): number {
    return this.#owner.closeTimeout;
  }

  now(): number {
    return this.#owner.kernel.uptime();
  }

  find(pid: Pid): Pid | undefined {
    return this.#owner.kernel.resolve(pid)?.pid;
  }

  remember(state: State): void {
    const before = this.#state;
    this.#state = state;
    if (before === undefined) return;
    // Closing: what still comes is taken and dropped (Y3).
    if (before.phase === 'open' && state.phase === 'closing') this.#process?.mailbox.beginClosing();
    if (before.route.target === state.route.target) return;
    // What held the client back was the former target (X4). In a turn of its own, because the new
    // state is not in force yet: frames handed over now would be the former target's.
    this.#stopWaiting?.();
    this.#owner.kernel.queue.push({ receive: () => this.proceed() }, undefined);
  }

  // --- the runtime's extension ----------------------------------------------------------------------

  /** What a socket shall carry is no message that waits for a reader: it is bounded by bytes (Q2). */
  get bound() {
    return UNBOUNDED;
  }

  perform(command: SessionCommand): boolean {
    const { socket } = this;
    const { events } = this.#owner.kernel;
    switch (command.type) {
      case 'forward':
        this.#forward(command);
        return true;
      case 'write':
        if (!socket.write(command.data)) events.drop(this.pid, 'closing');
        return true;
      case 'close':
        // Reading goes on for the client's close frame.
        socket.resume();
        socket.close(command.code, command.reason);
        return true;
      case 'destroy':
        socket.terminate();
        return true;
      case 'warn':
        events.warning(command.code, command.message, this.pid);
        return true;
      case 'drop':
        events.drop(this.pid, 'closing');
        return true;
      default:
        return false;
    }
  }

  /** Writes the leave that the session did not live to write (Z4, cause i), for the first cause. */
  onRelease(_: ExitReason): void {
    const { kernel } = this.#owner;
    const state = this.#state;
    if (state !== undefined && state.phase !== 'closed') {
      const cause: Cause = state.phase === 'closing' ? state.cause : { type: 'terminate' };
      for (const { to, topic, payload } of leave(state.route, verdict(cause).leave, this)) {
        kernel.send(this.pid, to, topic, payload);
      }
      this.socket.terminate();
    }
    this.#stopWaiting?.();
    if (this.socket.held > 0) kernel.events.drop(this.pid, 'closing', this.socket.held);
    this.#owned?.stop(STOP_TIMEOUT);
    this.#owner.remove(this);
  }

  #forward({ to, topic, payload, size }: SessionCommand & { type: 'forward' }): void {
    const target = this.#targetOf(to);
    // It has ended, and its EXIT is on the way.
    if (target === undefined) return this.#owner.kernel.events.deadLetter(to, topic, this.pid);
    const message = new SizedMessage(topic, payload, this.pid, size);
    if (!target.accept(message, size) && target.mailbox.isOpen) {
      this.tell({ type: 'refused' });
    }
  }

  /** Looked up once and kept while it lives: every frame asks twice. */
  #targetOf(pid: Pid): Process | undefined {
    if (this.#target?.pid !== pid || !this.#target.running) {
      this.#target = this.#owner.kernel.resolve(pid);
    }
    return this.#target;
  }

  /** Asked before each frame: not while the target has enough to do, or others have waited longer (Q2). */
  ready(): boolean {
    const state = this.#state;
    if (state === undefined || !wantsFrames(state)) return true;
    const mailbox = this.#targetOf(state.route.target)?.mailbox;
    if (mailbox === undefined || !mailbox.isBusy) return true;
    this.#stopWaiting?.();
    this.#stopWaiting = mailbox.waitForRoom(this);
    return false;
  }

  /** The target has room, whoever made it: held frames are not part of that request (F3). */
  proceed(): void {
    this.#owner.kernel.queue.unasked(() => this.socket.resume());
  }
}

/** How long a target that the connection owns has to end, once told to (H1, V3). */
const STOP_TIMEOUT = 5_000;

/** What a connection asks of the relay that it belongs to. */
export interface ConnectionOwner {
  readonly kernel: Kernel;
  /** Milliseconds. */
  readonly closeTimeout: number;
  remove(connection: Connection): void;
}
