import { durationOption, type Exit, isOrderly, type Message } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import { everyone, everyoneHere, expelFrom } from '../broker/everyone.js';
import type { ChannelCommand } from '../definitions/channelCommand.js';
import { Restarts, readRestart } from '../definitions/restartOptions.js';
import { Joins } from './joins.js';
import { Requests } from './requests.js';
import { type ProcessOwner, RoomProcess } from './roomProcess.js';
import type { RoomState } from './roomState.js';
import { Roster } from './roster.js';

/**
 * The life of a channel's process: it begins with the first who joins, is restarted when it crashes (B25), and stops when
 * the channel has been empty for its linger (B26). What is said of it is read anew at each start.
 */
export abstract class RoomLife implements ProcessOwner {
  readonly roster = new Roster();
  readonly joins = new Joins();
  readonly requests: Requests;
  readonly #restarts = new Restarts();
  readonly #forget: () => void;
  #state: RoomState = { phase: 'down' };
  /** When the last process began, in milliseconds of the system's uptime. */
  #since = 0;
  #linger: ReturnType<Broker['after']> | undefined;

  /** `forget`: its place is free for another one. */
  constructor(
    readonly broker: Broker,
    readonly name: string,
    forget: () => void,
  ) {
    this.#forget = forget;
    this.requests = new Requests(broker, name);
  }

  abstract perform(process: RoomProcess, command: ChannelCommand): boolean;
  abstract failed(process: RoomProcess, message: Message): void;
  /** Tells a process that begins who is there, and asks it who may come in. */
  protected abstract introduce(process: RoomProcess): void;

  /** The process that serves the channel and has not ended. */
  get running(): RoomProcess | undefined {
    const state = this.#state;
    return state.phase === 'up' && state.process.isRunning ? state.process : undefined;
  }

  /** Whether what a process has sent counts: after its end, too, until its exit has come. */
  isServedBy(process: RoomProcess): boolean {
    return this.#state.phase === 'up' && this.#state.process === process;
  }

  /** Milliseconds until there may be a process again. */
  get retryAfter(): number {
    const state = this.#state;
    const until = state.phase === 'waiting' ? state.until : 0;
    return Math.max(1_000, until - this.broker.kernel.uptime());
  }

  // --- begins and ends ------------------------------------------------------------------------------

  /** Somebody has come: there has to be a process. */
  protected begin(): void {
    if (this.#state.phase === 'down') this.#start();
  }

  /** Looks whether the channel is empty: then its process goes on for its linger only. */
  protected rest(): void {
    if (this.#state.phase !== 'up' || !this.#isEmpty) return this.#stay();
    if (this.#linger !== undefined) return;
    const { linger = '30s' } = this.#options ?? {};
    this.#linger = this.broker.after(durationOption('linger', linger), () => this.stop());
  }

  /** Stops the process, because nobody is in the channel; who comes meanwhile gets the next one. */
  stop(): void {
    const state = this.#state;
    this.#stay();
    this.requests.failAll();
    if (state.phase === 'waiting' && state.clock !== undefined) {
      state.clock.unsubscribe();
      return this.#start();
    }
    if (state.phase !== 'up') return;
    this.#state = { phase: 'stopping', process: state.process };
    state.process.stop();
  }

  /** Its process is to be on another node from now on: this one ends, and there is no next one. */
  protected retire(): void {
    const state = this.#state;
    this.#stay();
    if (state.phase === 'waiting') state.clock?.unsubscribe();
    this.#end();
    if ('process' in state) state.process.stop();
    this.requests.failAll();
    this.joins.failAll();
  }

  exited(process: RoomProcess, { reason }: Exit): void {
    const state = this.#state;
    if (!('process' in state) || state.process !== process) return;
    this.#stay();
    // Who is told of the end may ask for something at once; it waits for the next process.
    this.#state = { phase: 'waiting', until: 0, clock: undefined };
    this.requests.failAll();
    if (state.phase === 'stopping') return this.#start();
    this.joins.failAsked();
    if (process.process.host.phase !== 'running') this.#giveUp();
    else if (isOrderly(reason)) this.#closed();
    else this.#crashed();
  }

  /** It has ended by itself: whom it knew is out, and who has come since gets a process of its own (B25). */
  #closed(): void {
    const { broker, name, roster } = this;
    for (const { member, isKnown } of roster.all) {
      if (!isKnown) continue;
      roster.delete(member.pid);
      expelFrom(broker, name, member.pid, { code: 'closed', retry: false });
    }
    this.#start();
  }

  #crashed(): void {
    const { kernel } = this.broker;
    const plan = readRestart(this.name, this.#options?.restart);
    const now = kernel.uptime();
    const next = this.#restarts.next(plan, now, this.#since);
    if (typeof next === 'string') return this.#giveUp(next);
    if (next === 0) return this.#start();
    const clock = this.broker.after(next, () => this.#start());
    this.#state = { phase: 'waiting', until: now + next, clock };
  }

  #start(): void {
    const { broker, name } = this;
    const { kernel } = broker;
    const behavior = this.#options?.behavior;
    this.roster.renew(everyone(broker, name));
    // A new definition may have none; then the members are those of a channel without a process.
    if (behavior === undefined || this.#isEmpty) {
      this.#end();
      return this.joins.failAll();
    }
    this.#since = kernel.uptime();
    try {
      // A restart belongs to no request, although one may have caused the crash.
      kernel.queue.withoutContext(() => {
        const process = new RoomProcess(broker, name, behavior, this);
        this.#state = { phase: 'up', process };
        this.introduce(process);
      });
    } catch (error) {
      broker.warn('channel', `${name}: its process cannot be spawned`, error);
      this.#state = { phase: 'waiting', until: 0, clock: undefined };
      kernel.queue.push({ receive: () => this.#crashed() }, undefined);
    }
  }

  /**
   * It crashes too often, or cannot be started any more: all are out, and the next who joins starts anew. Of a system that
   * shuts down only its own people are out, because those of other nodes get another process there.
   */
  #giveUp(why?: string): void {
    const { broker, name } = this;
    if (why !== undefined) {
      broker.warn('channel_restarts', `${name} crashes too often: ${why}; all its members are out`);
    }
    const members = why === undefined ? everyoneHere(broker, name) : everyone(broker, name);
    this.#end();
    for (const { pid } of members) expelFrom(broker, name, pid, { code: 'crashed', retry: true });
    // Last, because who is told may come again at once, and begins the next process.
    this.joins.failAll();
  }

  #end(): void {
    this.#state = { phase: 'over' };
    this.#forget();
    const channel = this.broker.channels.find(this.name);
    if (channel !== undefined) channel.room = undefined;
  }

  get #options() {
    return this.broker.definitionOf(this.name)?.options;
  }

  get #isEmpty(): boolean {
    return this.roster.size === 0 && this.joins.size === 0;
  }

  #stay(): void {
    this.#linger?.unsubscribe();
    this.#linger = undefined;
  }
}
