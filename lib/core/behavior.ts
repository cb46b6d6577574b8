import type { Observable, ObservableInput, SchedulerLike } from 'rxjs';
import type { Command } from './command.js';
import type { Duration } from './duration.js';
import type { Exit, ExitInput, ProcessSignal } from './exit.js';
import type { GroupEvent, GroupOptions } from './groupEvent.js';
import type { Inbox, Letter, Message, PayloadArgs, Topic } from './message.js';
import type { Pid } from './pid.js';

/**
 * The central idea: a behaviour is a function from the stream of a process's messages to a stream of
 * commands. Subscribing it is spawning; its completion, error and unsubscription are the normal exit,
 * the crash and the termination of the process. A pipeline, a promise or an async generator will do.
 *
 * @example
 * const echo: Behavior = (inbox) =>
 *   inbox.pipe(ofTopic(ws.message), map(({ payload }) => send(payload.client_pid, ws.send, payload)));
 */
// Not `Output`, and a promise apart: so the compiler's error ends with what may be emitted, and is short.
export type Behavior = (
  inbox: Inbox,
  self: Self,
  // biome-ignore lint/suspicious/noConfusingVoidType: a handler that returns nothing returns void
) => ObservableInput<Command | void> | Promise<Command | void>;

/** Options of every spawn (S1–S5). */
export interface SpawnOptions {
  /** Where to run; default `'main'`, or the spawning process's own host. */
  readonly host?: string | undefined;
  /** A name to register before the first instruction runs. */
  readonly name?: string | undefined;
  /** What the behaviour finds as `self.args`; default none. */
  readonly args?: readonly unknown[] | undefined;
  /** Messages that come before every other in the mailbox (S3). */
  readonly messages?: readonly Letter[] | undefined;
  /**
   * When the name is taken: `true` sends `messages` to its owner, applies link and monitor to it, and
   * returns its PID; default `false` throws `AlreadyExists` (S5).
   */
  readonly orSignal?: boolean | undefined;
}

/** A process started together with the observable of its exit: one monitor, in force from the spawn (N2). */
export interface Spawned {
  readonly pid: Pid;
  /** Emits the exit and completes; replays to late subscribers. */
  readonly exit$: Observable<Exit>;
}

/** Options of a call (M13). */
export interface CallOptions {
  /** How long to wait for the reply; default 5 s. */
  readonly timeout?: Duration | undefined;
  /** Gives up when it aborts: the call errors with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks and waits for one reply (M13): its type is what the topic says, or the caller's word, as in
 * `call<number>(…)`. TypeScript then infers nothing more, so the payload has to be there but is not checked.
 */
// biome-ignore lint/suspicious/noExplicitAny: who gives the reply's type alone gives none for the payload
export type Call = <Given = never, P = any, R = unknown>(
  to: Pid | string,
  topic: Topic<P, R>,
  ...payload: [Given] extends [never]
    ? PayloadArgs<P, [options?: CallOptions]>
    : [payload: P, options?: CallOptions]
) => Observable<[Given] extends [never] ? R : NoInfer<Given>>;

/** What a process may do, handed to its behaviour. A class with methods: one taken from it throws (I9). */
export interface Self {
  readonly pid: Pid;
  /** The arguments of the spawn, empty by default; after an upgrade its state (U2). */
  readonly args: readonly unknown[];
  /** CANCEL and LINK_DOWN; what comes before the first subscription is retained (C2). */
  readonly signals$: Observable<ProcessSignal>;
  /**
   * Aborts when the process ends or is asked to stop: hand it to `fetch` and friends. Who uses it has to end by
   * itself at a stop, by `takeUntil(self.signals$)` say, or is killed when its time is over (V3).
   */
  readonly abortSignal: AbortSignal;
  /** The system's clock: `interval(1_000, self.scheduler)` is virtual in a `testSystem`. */
  readonly scheduler: SchedulerLike;

  /** Starts a process, without waiting: none of its code runs inside this call (S2). */
  spawn(behavior: Behavior | string, options?: SpawnOptions): Pid;
  /** Starts a process linked to this one. */
  spawnLinked(behavior: Behavior | string, options?: SpawnOptions): Spawned;
  /** Starts a process monitored by this one. */
  spawnMonitored(behavior: Behavior | string, options?: SpawnOptions): Spawned;

  /** Sends; `false` when there is nobody, or the mailbox is full (M5, M11). */
  send<P>(to: Pid | string, topic: Topic<P>, ...payload: PayloadArgs<P>): boolean;
  /** Asks and waits for one reply (M13), whose type the topic knows. */
  readonly call: Call;
  /** The messages whose topic matches, in place of the inbox, while subscribed (M6). */
  listen<P>(pattern: Topic<P>): Observable<Message<P>>;

  /** One exit per subscription; of a dead process `noproc`, at once but in a later turn (N2). */
  monitor(target: Pid | string): Observable<Exit>;
  /** Ties both fates (K1). Throws `NotFound` when nobody is there and links are not trapped (K2). */
  link(target: Pid | string): void;
  /** Unties them; the link has no effect on this process from here on (K3). */
  unlink(target: Pid | string): void;
  /** `trapLinks`: a linked process's crash comes as LINK_DOWN instead of ending this one (K4). */
  setOptions(options: { readonly trapLinks: boolean }): void;
  /** Registers a name for this process (R1). */
  register(name: string): void;
  /**
   * Joins a group, once more each time (G1, G2). Throws `NotFound` while the process ends, `Invalid` for
   * an empty name.
   */
  join(group: string, options?: GroupOptions): void;
  /** Takes one join back (G2). Throws `NotFound` without membership; nothing at the end, when it has left. */
  leave(group: string, options?: GroupOptions): void;
  /** Who is in a group, then who joins and leaves; completes with the process (G5). */
  monitorGroup(group: string, options?: GroupOptions): Observable<GroupEvent>;
  /**
   * Goes on as the newest definition of a behaviour, by default of the process's own, with PID,
   * mailbox, names, links and monitors as they are (U1). The old body ends within this call; the new
   * one is called in a later turn, with `[state]` as `self.args`, or those of before without a state.
   *
   * @throws ProcessError `NotFound` unknown id, `Invalid` no id and none of its own or a supervisor,
   * `Unavailable` after the end; then nothing has changed.
   * @example if (is(message, reload)) self.upgrade('chat:room', members);
   */
  upgrade(id?: string, state?: unknown): void;
  /** Ends this process now (E2). */
  exit(reason: ExitInput): void;
}
