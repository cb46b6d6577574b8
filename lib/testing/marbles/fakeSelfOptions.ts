import type { Observable, SchedulerLike } from 'rxjs';
import type {
  Behavior,
  CallOptions,
  Command,
  Exit,
  GroupEvent,
  GroupOptions,
  Message,
  Pid,
  ProcessSignal,
  Self,
  Spawned,
  SpawnOptions,
} from '../../core/index.js';

/** What a fake `Self` gives a behaviour. All is optional; `spawn`, `call` and `listen` throw without an option. */
export interface FakeSelfOptions {
  /** Default `{main|0x00001}`. */
  readonly pid?: Pid | undefined;
  readonly args?: readonly unknown[] | undefined;
  /** CANCEL and LINK_DOWN; default never. */
  readonly signals$?: Observable<ProcessSignal> | undefined;
  /** Default one that aborts at `self.exit`. */
  readonly abortSignal?: AbortSignal | undefined;
  /** Default `asyncScheduler`, which is virtual inside `marbles`. */
  readonly scheduler?: SchedulerLike | undefined;
  /** The exits of monitored processes, by PID or name; default never: a process not named here lives. */
  readonly monitor?: Readonly<Record<string, Observable<Exit>>> | undefined;
  /** The messages that `listen` emits, by pattern. */
  readonly listen?: Readonly<Record<string, Observable<Message>>> | undefined;
  /** The events that `monitorGroup` emits, by the group's name; default never. */
  readonly monitorGroup?: Readonly<Record<string, Observable<GroupEvent>>> | undefined;
  /** Answers a call. */
  readonly call?:
    | ((
        to: Pid | string,
        topic: string,
        payload: unknown,
        options?: CallOptions,
      ) => Observable<unknown>)
    | undefined;
  /** Stands for a spawned process; `spawn` takes its `pid`. */
  readonly spawn?: ((behavior: Behavior | string, options?: SpawnOptions) => Spawned) | undefined;
  /** What `send` returns; default true. */
  readonly send?: ((to: Pid | string, topic: string, payload: unknown) => boolean) | undefined;
}

/** One join of a group. */
export type Joined = GroupOptions & { readonly group: string };

/** A `Self` without a runtime, and what was done through it. */
export interface FakeSelf extends Self {
  /** `self.send`, `upgrade` and `exit` as the commands they are, in order; nothing after an exit (E3). */
  readonly sent: readonly Command[];
  /** The same as they happen, for a diagram; replays to late subscribers. */
  readonly sent$: Observable<Command>;
  /** Who is linked now. */
  readonly links: ReadonlySet<Pid | string>;
  readonly names: ReadonlySet<string>;
  /** The groups it is in, once for each join, as they were joined. */
  readonly groups: readonly Joined[];
  readonly trapLinks: boolean;
}
