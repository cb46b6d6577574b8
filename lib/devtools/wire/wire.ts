/**
 * What the page and the server of the devtools say to each other, as JSON in text frames: the page asks, each time with an
 * id of its own, and the server answers with that id. A watch is answered again and again until it is stopped or has ended.
 */
export type Ask = { readonly id: number } & (Watch | Stop | SpecAsk | Act);

/** What the page may look at. */
export type Watch =
  | { readonly watch: 'overview' }
  | ({ readonly watch: 'processes' } & Window<ProcessSort>)
  | { readonly watch: 'tree' }
  | { readonly watch: 'process'; readonly pid: string }
  | {
      readonly watch: 'life';
      /** A PID or name; or a pattern, and then the next process that begins with such a name or behaviour. */
      readonly of: string;
      readonly next?: boolean;
      /** Whether those that it sends to are recorded as well, and those that these send to, and so on. */
      readonly follow?: boolean;
    }
  | ({ readonly watch: 'connections' } & Window<ConnectionSort>)
  | ({ readonly watch: 'channels' } & Window<ChannelSort>)
  | { readonly watch: 'channel'; readonly name: string }
  | {
      readonly watch: 'events';
      /** Of these types alone; none: of all. */
      readonly types: readonly string[];
      /** Those whose text has this in it. */
      readonly filter: string;
    };

/** Ends a watch; it is not answered. */
export interface Stop {
  readonly stop: true;
}

/** A spec from what a watch of a life has recorded of a process, as `toSpec` writes it. */
export interface SpecAsk {
  readonly spec: { readonly life: number; readonly pid: string; readonly grain?: number };
}

/** What the page may change, where `actions` is true. */
export type Act =
  | {
      readonly act: 'close';
      readonly pid: string;
      readonly code?: number;
      readonly reason?: string;
    }
  | { readonly act: 'kick'; readonly pid: string; readonly channel: string }
  | { readonly act: 'terminate'; readonly pid: string }
  | {
      readonly act: 'send';
      readonly to: string;
      readonly topic: string;
      readonly payload: unknown;
    };

/** The rows of a list that are in sight. */
export interface Window<Sort extends string> {
  readonly sort: Sort;
  readonly descending: boolean;
  /** Rows whose texts have this in them, whatever the case. */
  readonly filter: string;
  readonly from: number;
  readonly count: number;
}

export type ProcessSort = 'pid' | 'name' | 'behavior' | 'host' | 'depth' | 'handled' | 'uptime';
export type ConnectionSort = 'pid' | 'target' | 'buffered' | 'received' | 'sent' | 'uptime';
export type ChannelSort = 'name' | 'members' | 'published';

/** What the server says. */
export type Answer =
  | { readonly hello: Hello }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly code: string; readonly text: string } }
  /** A watch has ended, as that of a process with its exit. */
  | { readonly id: number; readonly end: true };

/** The first frame. */
export interface Hello {
  readonly version: string;
  readonly node: string;
  readonly actions: boolean;
  readonly payloads: boolean;
  /** The system's clock, so that the page can say how long ago something was. */
  readonly now: number;
}

/** The value of `overview`, once a second; rates are of the time since the one before. */
export interface Overview {
  readonly at: number;
  readonly processes: number;
  readonly connections: number;
  readonly channels: number;
  /** Messages that processes have handled, in a second. */
  readonly messages: number;
  /** Frames from and to clients, in a second. */
  readonly received: number;
  readonly sent: number;
  readonly drops: number;
  readonly deadLetters: number;
  /** Milliseconds: the 99th percentile since the value before. */
  readonly lag: number;
  /** Bytes. */
  readonly heap: number;
  readonly rss: number;
}

/** The value of a window: the rows in sight, and how many there are. */
export interface Page<Row> {
  readonly total: number;
  /** How many of them the filter leaves. */
  readonly matching: number;
  readonly from: number;
  readonly rows: readonly Row[];
}

export interface ProcessRow {
  readonly pid: string;
  readonly names: readonly string[];
  readonly behavior: string;
  readonly host: string;
  readonly status: string;
  readonly depth: number;
  readonly handled: number;
  /** Milliseconds. */
  readonly uptime: number;
}

/** The value of `process`, once a second; it ends with the process. */
export interface ProcessView extends ProcessRow {
  readonly parent?: string;
  readonly groups: readonly string[];
  readonly links: readonly string[];
  readonly monitors: readonly string[];
  /** `null` stands for one outside of processes. */
  readonly monitoredBy: readonly (string | null)[];
  readonly timers: number;
  readonly highWater: number;
  /** Names or behaviours of the processes above, for the graph. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The value of `tree`, at once and at most 100 ms after a change. */
export interface TreeView {
  readonly id?: string;
  readonly pid?: string;
  readonly type: 'worker' | 'supervisor';
  readonly status: string;
  readonly behavior?: string;
  readonly strategy?: string;
  /** How often this place was filled again since the watch began. */
  readonly restarts: number;
  readonly children: readonly TreeView[];
}

/** The value of `life`, at most ten a second, with what is new. */
export interface Life {
  /** Processes that are recorded from now on. */
  readonly lanes?: readonly Lane[];
  readonly marks: readonly Mark[];
  /** Events that were not recorded, because there were too many to be drawn. */
  readonly skipped?: number;
  readonly now: number;
}

/** A process whose life is drawn. */
export interface Lane {
  readonly pid: string;
  readonly label: string;
  readonly behavior: string;
  /** Recorded from its first turn, so that it can become a spec. */
  readonly isWhole: boolean;
}

/** One marble. */
export interface Mark {
  /** Its number within the watch. */
  readonly n: number;
  /** Milliseconds on the system's clock. */
  readonly at: number;
  readonly pid: string;
  readonly row: 'inbox' | 'signals' | 'commands' | 'self' | 'end';
  /** As a marble diagram has it: one sign, the same for the same value. */
  readonly letter: string;
  /** A topic, the kind of a signal, or a command. */
  readonly name: string;
  /** With its payload, cut at 2,000 characters; only where `payloads` is true. */
  readonly text?: string;
  /** Whom a command is for. */
  readonly to?: string;
  /** The number of the marble that made it: of the message whose handling sent it, or of the command that it is. */
  readonly cause?: number;
}

export interface ConnectionRow {
  readonly pid: string;
  readonly target: string;
  /** Identity or key, where the application has given one. */
  readonly who?: string;
  readonly channels: readonly string[];
  /** Bytes that wait for the client. */
  readonly buffered: number;
  /** Frames in all. */
  readonly received: number;
  readonly sent: number;
  readonly uptime: number;
  readonly status: string;
}

/** The value of `connections`. */
export interface ConnectionPage extends Page<ConnectionRow> {
  /** How many have ended with which code, since the start. */
  readonly closes: Readonly<Record<string, number>>;
}

export interface ChannelRow {
  readonly name: string;
  readonly members: number;
  readonly presence: boolean;
  readonly history: boolean;
  /** The process that serves it. */
  readonly process?: string;
  readonly published: number;
}

/** The value of `channel`. */
export interface ChannelDetail extends ChannelRow {
  readonly connections: readonly { readonly pid: string; readonly who?: string }[];
  readonly present: readonly { readonly key: string; readonly count: number }[];
}

/** The value of `events`, at most ten a second. */
export interface EventsView {
  readonly events: readonly EventRow[];
  /** How many more there were than are told. */
  readonly skipped?: number;
}

export interface EventRow {
  readonly n: number;
  readonly at: number;
  readonly type: string;
  readonly pid?: string;
  /** One line, without payloads. */
  readonly text: string;
  /** The payload of a dead letter, where `payloads` is true. */
  readonly payload?: string;
}
