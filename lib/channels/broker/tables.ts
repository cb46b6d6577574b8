import { type DropReason, type Duration, durationOption, type Pid } from '../../core/index.js';
import type { Kernel } from '../../runtime/index.js';
import { Definitions } from '../definitions/definitions.js';
import type { Limits } from '../definitions/limitOptions.js';
import type { Member } from '../members/member.js';
import { randomId } from '../members/randomId.js';
import { Channels, type Surroundings } from '../table/channels.js';
import { Counters } from './counters.js';
import { Histories } from './histories.js';
import { Streams } from './streams.js';

/** What a manager knows: who is connected, which channels there are and what is said of them, what is counted. */
export abstract class Tables implements Surroundings {
  readonly definitions = new Definitions();
  readonly channels: Channels;
  readonly members = new Map<Pid, Member>();
  /** By the public ids of their connections (CP20). */
  readonly publicIds = new Map<string, Member>();
  readonly counters = new Counters();
  readonly streams: Streams;
  readonly histories: Histories;
  /** The PID of the manager's process, once it has begun. */
  pid: Pid | undefined;
  #second = -1;
  #refs = 0;
  /** What somebody who becomes present gets: a ref that no channel uses again, and when that was (PR1). */
  readonly making = {
    ref: (): string => `${this.tag}p${++this.#refs}`,
    now: (): number => this.kernel.now(),
  };
  /** Ids that nobody can guess; a test's kit gives readable ones. */
  newId: (what: 'connection' | 'session' | 'epoch') => string = randomId;

  constructor(
    readonly kernel: Kernel,
    readonly limits: Limits,
    /** Whether a client may subscribe what neither exists nor is defined. */
    readonly implicitChannels: boolean,
    /** Tells it apart from other managers of its system. */
    readonly name: string | undefined,
  ) {
    this.channels = new Channels(this);
    this.streams = new Streams(this);
    this.histories = new Histories(this);
  }

  /** The hour begins after which its history is forgotten (CH3). */
  emptying({ name }: { readonly name: string }): void {
    void this.histories.of(name)?.position;
  }

  /** The scope of the groups of its channels; `undefined`: the default one. */
  abstract get scope(): string | undefined;

  /** What this node puts before what no other one may give out as well; `''`: it is alone. */
  abstract get tag(): string;
  abstract readonly fellows: Histories['owner']['fellows'] & Surroundings['fellows'];

  get groups(): Surroundings['groups'] {
    return this.kernel.groups;
  }

  /** The system's uptime in whole seconds, read once a batch. */
  get seconds(): number {
    const second = Math.floor(this.kernel.spawnTime() / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.counters.mark(second);
    }
    return second;
  }

  /** The time of day, in whole seconds since 1970. */
  get timestamp(): number {
    return Math.floor(this.kernel.now() / 1_000);
  }

  /** Calls back later, in no request's context, although one may have been the cause (F1). */
  after(millis: number, run: () => void): ReturnType<Kernel['after']> {
    return this.kernel.queue.withoutContext(() => this.kernel.after(millis, run));
  }

  /** Tells of what code of a user has thrown. */
  report(what: string, error: unknown): void {
    this.warn('channels', `${what} has failed`, error);
  }

  /** Tells of what code of a user does to no effect. */
  inVain(what: string, advice: string): void {
    this.kernel.events.inVain(this.pid, what, advice);
  }

  warn(code: string, message: string, error?: unknown): void {
    this.kernel.events.warning(code, message, this.pid, error);
  }

  /** What a client has sent is dropped. */
  drop(pid: Pid, reason: DropReason): void {
    this.counters.drop(reason);
    this.kernel.events.drop(pid, reason);
  }

  /** An answer to what is no request, or is over already. */
  stray(topic: string): void {
    this.counters.drop('no call');
    this.kernel.events.strayReply(this.pid as Pid, topic);
  }

  /** Milliseconds of a duration that a hook has given. @throws ProcessError `Invalid`. */
  millis(duration: Duration): number {
    return durationOption('expiresIn', duration);
  }

  /** What is said of a channel, there already or not (B13). */
  definitionOf(name: string): ReturnType<Definitions['find']> {
    return this.channels.find(name)?.own ?? this.definitions.find(name);
  }
}
