import type { Observable } from 'rxjs';
import type { Inbox, Message, Pid, Self } from '../core/index.js';
import { type Extension, type Process, UNBOUNDED } from '../runtime/index.js';
import { lastLeave } from './closing.js';
import type { Line, LineHolder } from './line.js';
import { type Performer, perform, tellFate } from './perform.js';
import { type SessionContext, session } from './session.js';
import type { EventFields, Receipts, Socket, Traffic } from './socket.js';
import { isLive, type RelayEvent, type Route, type SessionCommand, type State } from './state.js';
import { type ConnectionOwner, Surroundings } from './surroundings.js';

/**
 * A connection as the runtime sees it: it performs the session's commands on the socket, holds the client
 * back while the target is busy, and sends the leave if the process ends before its session did (Y3).
 */
export class Connection
  extends Surroundings
  implements Extension, SessionContext, Performer, Receipts, Line
{
  /** Where it forwards to now, at first what the handler has asked for. */
  route: Route;
  readonly #owned: Process | undefined;
  state: State | undefined;
  holder: LineHolder | undefined;

  /** `owned` is the target if the relay has spawned it, because the relay then ends it as well (H1). */
  constructor(
    owner: ConnectionOwner,
    socket: Socket,
    route: Route,
    owned: Process | undefined,
    readonly key: string | undefined,
  ) {
    super(owner, socket);
    this.route = route;
    this.#owned = owned;
    socket.track(this);
  }

  /** The behaviour of the connection's process. */
  run(inbox: Inbox, self: Self): Observable<SessionCommand> {
    this.known = self;
    // With this, an abnormal link signal starts closing and does not end the process (Y3).
    self.setOptions({ trapLinks: true });
    return session(inbox, this);
  }

  /** Hands an event of the relay to the session, in a turn of its own (M4). */
  inform(event: RelayEvent): void {
    this.#process?.inform(event);
  }

  /** Whether it has begun and nothing has started closing it. */
  get isOpen(): boolean {
    return this.state !== undefined && isLive(this.state);
  }

  get buffered(): number {
    return this.socket.buffered;
  }

  get traffic(): Traffic | undefined {
    return this.socket.traffic;
  }

  get #process(): Process | undefined {
    return this.hasBegun ? this.kernel.processes.get(this.pid) : undefined;
  }

  // --- the session's state ------------------------------------------------------------------------

  remember(state: State): void {
    const before = this.state;
    this.state = state;
    if (before?.route === state.route && before.phase === state.phase) return;
    this.route = state.route;
    // While it lives, because nobody finds it any more when it has ended; and in the session of the join (D54).
    if (state.phase === 'open') this.delivery.targetOf(state.route.target);
    if (before === undefined) return;
    // Once it is closing, the mailbox takes what still comes and drops it (Y3).
    if (isLive(before) && state.phase === 'closing') this.#process?.mailbox.beginClosing();
    const hasLeft =
      before.phase === 'waiting'
        ? state.phase !== 'waiting'
        : before.route.target !== state.route.target;
    if (hasLeft) this.delivery.leave(before.route.target);
  }

  // --- the runtime's extension ----------------------------------------------------------------------

  /** Not a field, because each connection would have one. */
  get isConnection(): boolean {
    return true;
  }

  /** No bound in messages, because what goes out on a socket is bounded by bytes, in `maxBuffered` (Q2). */
  get bound() {
    return UNBOUNDED;
  }

  write(data: string, fields?: EventFields): boolean {
    if (this.isOpen && this.socket.write(data, undefined, fields)) return true;
    this.events.drop(this.pid, 'closing');
    return false;
  }

  perform(command: SessionCommand): boolean {
    return perform(this, command);
  }

  /** As if the target had refused it here (M11). */
  refused(): void {
    this.events.count('overflow');
    this.inform({ type: 'refused' });
  }

  /** Sends the leave if the process was ended before its session could (Z4, cause i), for the first cause. */
  onRelease(): void {
    const { kernel, state } = this;
    if (state !== undefined && state.phase !== 'closed') {
      for (const { to, topic, payload } of lastLeave(state, this)) {
        kernel.send(this.pid, to, topic, payload);
      }
      this.socket.terminate();
    }
    this.delivery.end();
    this.#owned?.stop(STOP_TIMEOUT);
    // 1006 if it was ended before its session was.
    const code = state?.phase === 'closed' ? state.code : 1006;
    this.holder?.released(code);
    this.owner.remove(this, code);
  }

  takeBack(message: Message, to: Pid): boolean {
    return this.delivery.takeBack(message, to);
  }

  settled(...settled: Parameters<Receipts['settled']>): void {
    tellFate(this, ...settled);
  }
}

/** Milliseconds in which an owned target has to end when its connection has ended (H1, V3). */
const STOP_TIMEOUT = 5_000;
