import type { Observable, SchedulerLike } from 'rxjs';
import type { ExitReason, Inbox, Pid, Self } from '../core/index.js';
import {
  type Extension,
  type Kernel,
  type Process,
  SizedMessage,
  UNBOUNDED,
} from '../runtime/index.js';
import { leave } from './closing.js';
import { type Performer, perform } from './perform.js';
import { type SessionContext, session } from './session.js';
import type { Socket, Valve } from './socket.js';
import type { RelayEvent, Route, SessionCommand, State, World } from './state.js';
import { wantsFrames } from './state.js';
import { type Cause, verdict } from './verdict.js';

/**
 * A connection as the runtime sees it: it performs the session's commands on the socket, holds the client
 * back while the target is busy, and sends the leave if the process ends before its session did (Y3).
 * It is also the context and the world of its session, because each further object would cost memory.
 */
export class Connection implements Extension, SessionContext, World, Valve, Performer {
  readonly since: number;
  readonly #owner: ConnectionOwner;
  readonly socket: Socket;
  /** Where it forwards to now, at first what the handler has asked for. */
  route: Route;
  readonly #owned: Process | undefined;
  #self: Self | undefined;
  #state: State | undefined;
  #stopWaiting: (() => void) | undefined;
  #target: Process | undefined;

  /** `owned` is the target if the relay has spawned it, because the relay then ends it as well (H1). */
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
    // With this, an abnormal link signal starts closing and does not end the process (Y3).
    self.setOptions({ trapLinks: true });
    return session(inbox, this);
  }

  /** Hands an event of the relay to the session, in a turn of its own (M4). */
  inform(event: RelayEvent): void {
    this.#process?.inform(event);
  }

  get pid(): Pid {
    return this.self.pid;
  }

  /** Whether its process has begun, and it has a PID. */
  get hasBegun(): boolean {
    return this.#self !== undefined;
  }

  /** Whether it has begun and nothing has started closing it. */
  get isOpen(): boolean {
    return this.#state?.phase === 'open';
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

  time(): number {
    return this.#owner.kernel.now();
  }

  find(pid: Pid): Pid | undefined {
    return this.#owner.kernel.resolve(pid)?.pid;
  }

  remember(state: State): void {
    const before = this.#state;
    this.#state = state;
    this.route = state.route;
    if (before === undefined) return;
    // Once it is closing, the mailbox takes what still comes and drops it (Y3).
    if (before.phase === 'open' && state.phase === 'closing') this.#process?.mailbox.beginClosing();
    if (before.route.target === state.route.target) return;
    // The client may have waited for the former target (X4). It goes on in a turn of its own, because
    // the session still has its former state here and would send the frames to the former target.
    this.#stopWaiting?.();
    this.#owner.kernel.queue.push({ receive: () => this.proceed() }, undefined);
  }

  // --- the runtime's extension ----------------------------------------------------------------------

  /** No bound in messages, because what goes out on a socket is bounded by bytes, in `maxBuffered` (Q2). */
  get bound() {
    return UNBOUNDED;
  }

  perform(command: SessionCommand): boolean {
    return perform(this, command);
  }

  /** Sends the leave if the process was ended before its session could (Z4, cause i), for the first cause. */
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

  get events(): Kernel['events'] {
    return this.#owner.kernel.events;
  }

  /** Sends a frame to the target; if the target refuses it, the session closes (M11). */
  forward({ to, topic, payload, size }: SessionCommand & { type: 'forward' }): void {
    const target = this.#targetOf(to);
    // The target has ended; its EXIT is queued and will start closing.
    if (target === undefined) return this.events.deadLetter(to, topic, this.pid);
    const message = new SizedMessage(topic, payload, this.pid, size);
    if (!target.accept(message, size) && target.mailbox.isOpen) {
      this.inform({ type: 'refused' });
    }
  }

  /** The target's process, remembered as long as it lives, because it is needed twice for each frame. */
  #targetOf(pid: Pid): Process | undefined {
    if (this.#target?.pid !== pid || !this.#target.running) {
      this.#target = this.#owner.kernel.resolve(pid);
    }
    return this.#target;
  }

  /** `false` while the target is busy or other clients have waited longer; asked before each frame (Q2). */
  ready(): boolean {
    const state = this.#state;
    if (state === undefined || !wantsFrames(state)) return true;
    const mailbox = this.#targetOf(state.route.target)?.mailbox;
    if (mailbox === undefined || !mailbox.isBusy) return true;
    this.#stopWaiting?.();
    this.#stopWaiting = mailbox.waitForRoom(this);
    return false;
  }

  /** The target has room. Held frames do not belong to the request that made the room (F3). */
  proceed(): void {
    this.#owner.kernel.queue.withoutContext(() => this.socket.resume());
  }
}

/** Milliseconds in which an owned target has to end when its connection has ended (H1, V3). */
const STOP_TIMEOUT = 5_000;

/** The relay as its connections see it. */
export interface ConnectionOwner {
  readonly kernel: Kernel;
  /** Milliseconds. */
  readonly closeTimeout: number;
  remove(connection: Connection): void;
}
