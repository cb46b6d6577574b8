import { EMPTY, type Observable } from 'rxjs';
import type { Address } from '../codec/index.js';
import type { Message, Pid } from '../core/index.js';
import { type Kernel, SizedMessage } from '../runtime/index.js';
import type { CountedEvents } from './counters.js';
import { findLiving, findTarget, isForeign, type Target } from './routeTo.js';
import type { Socket, Valve } from './socket.js';
import type { RelayEvent, SessionCommand, State, Waiting } from './state.js';
import { isLive, wantsFrames } from './state.js';
import { successor } from './successor.js';

/**
 * The way of a client's frames to its target: it holds the client back while the target is busy or is being
 * started again, and keeps the frames that a target has not read before its end.
 */
export class Delivery implements Valve {
  readonly #client: Client;
  /** The target's process, kept after its end for as long as somebody may come in its place. */
  #target: Target | undefined;
  /** Frames that a target has not read before its end, for who comes in its place (X10). */
  #unread: Message[] | undefined;
  /** The target before the present one, if it has ended: frames may still be on their way back from it. */
  #former: Pid | undefined;
  #stopWaiting: (() => void) | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Sends a frame to the target; if the target refuses it, the session closes (M11). */
  forward({ to, topic, payload, size }: SessionCommand & { type: 'forward' }): void {
    const message = new SizedMessage(topic, payload, this.#client.pid, size);
    const target = this.targetOf(to);
    // It has ended; its EXIT is queued and will start closing, or waiting.
    if (target === undefined) this.#keepOrLose(message, to);
    else this.#hand(message, target, size);
  }

  /** Hands what the former target has not read to the present one, in order, before all that follows (X10). */
  #resend(to: Pid): void {
    const unread = this.#unread ?? [];
    this.#unread = undefined;
    const target = this.targetOf(to);
    for (const message of unread) {
      if (target === undefined) this.#keepOrLose(message, to);
      else this.#hand(message, target, SizedMessage.sizeOf(message));
    }
  }

  #hand(message: Message, target: Target, size: number): void {
    if (target.accept(message, size)) return;
    const { isOpen } = target.mailbox;
    this.#client.events.count(isOpen ? 'overflow' : 'ended');
    if (isOpen) this.#client.inform({ type: 'refused' });
  }

  #keepOrLose(message: Message, to: Pid): void {
    const { events, pid } = this.#client;
    if (!this.takeBack(message, to)) events.deadLetter(to, message.topic, pid);
  }

  /** Takes a frame that `to` has not read before its end, if somebody may come in its place (X10). */
  takeBack(message: Message, to: Pid): boolean {
    const { state } = this.#client;
    if (state === undefined || !isLive(state) || state.route.rejoin === undefined) return false;
    if (state.route.target !== to && this.#former !== to) return false;
    this.#unread ??= [];
    this.#unread.push(message);
    return true;
  }

  /**
   * The target is another one from now on. Frames go to it in a turn of its own, because the session still has
   * its former state here; by then the former target, if it has ended, has given back what was on its way to it.
   */
  leave(former: Pid): void {
    const { kernel } = this.#client;
    // The client may have waited for the former target (X4).
    this.stopWaiting();
    if (kernel.processes.get(former) === undefined) this.#former ??= former;
    kernel.queue.push({ receive: () => this.#arrive() }, undefined);
  }

  #arrive(): void {
    const { state } = this.#client;
    this.#former = undefined;
    if (state !== undefined && isLive(state)) this.#resend(state.route.target);
    this.proceed();
  }

  /**
   * The target's process, remembered as long as it lives, because it is needed twice for each frame. One of another
   * node is lost with the session in which it was joined: a later session with its node knows nothing of that (D54).
   */
  targetOf(pid: Pid): Target | undefined {
    const known = this.#target;
    if (known?.pid === pid) {
      if (known.running) return known;
      if (isForeign(known)) return undefined;
    }
    const { kernel } = this.#client;
    const found = kernel.processes.get(pid) ?? findLiving(kernel, pid);
    if (found !== undefined) this.#target = found;
    return found;
  }

  find(address: Address): Target | undefined {
    if (address === this.#target?.pid) return this.targetOf(this.#target.pid);
    return findTarget(this.#client.kernel, address);
  }

  /** Whether a target has, or had, a place in a supervision tree, in which another may be started. */
  hasPlace(pid: Pid): boolean {
    const target = this.targetOf(pid) ?? this.#target;
    return target?.pid === pid && target.supervision?.by !== undefined;
  }

  successor({ route, exit }: Waiting): Observable<Pid> {
    if (this.#target === undefined) return EMPTY;
    return successor(this.#client.kernel, this.#target, route.rejoin?.name, exit);
  }

  /** Asked before each frame: `false` while there is no target, it is busy, or others have waited longer (Q2). */
  ready(): boolean {
    const { state, flowControl } = this.#client;
    if (state?.phase === 'waiting' || this.#former !== undefined) return false;
    if (state === undefined || !wantsFrames(state)) return true;
    const mailbox = this.targetOf(state.route.target)?.mailbox;
    // Its EXIT is on the way; with `rejoin` the frames wait for who comes in its place.
    if (mailbox === undefined) return state.route.rejoin === undefined || !isLive(state);
    if (!flowControl || !mailbox.isBusy) return true;
    this.stopWaiting();
    this.#stopWaiting = mailbox.waitForRoom(this);
    return false;
  }

  /** Whether what a former target has not read is still to come to the present one. */
  get isBehind(): boolean {
    return this.#former !== undefined || this.#unread !== undefined;
  }

  get isVacant(): boolean {
    return this.#client.state?.phase === 'waiting';
  }

  /** The target has room. Held frames do not belong to the request that made the room (F3). */
  proceed(): void {
    const { kernel, socket } = this.#client;
    kernel.queue.withoutContext(() => socket.resume());
  }

  stopWaiting(): void {
    this.#stopWaiting?.();
  }

  /** What is still kept when the connection ends is for nobody. */
  end(): void {
    this.stopWaiting();
    const { events, pid, socket, state } = this.#client;
    if (socket.held > 0) events.drop(pid, 'closing', socket.held);
    for (const { topic } of this.#unread ?? []) {
      events.deadLetter(state?.route.target ?? pid, topic, pid);
    }
  }
}

/** A connection as the way of its frames sees it. */
export interface Client {
  readonly pid: Pid;
  readonly kernel: Kernel;
  /** Whether a busy target holds its clients back (Q2). */
  readonly flowControl: boolean;
  readonly socket: Socket;
  readonly state: State | undefined;
  readonly events: CountedEvents;
  inform(event: RelayEvent): void;
}
