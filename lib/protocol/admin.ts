/**
 * The version of what the admin endpoint tells (CL4), as JSON. A release adds keys to it, and takes none away; a
 * reader that finds a higher version cannot read it. Nothing here says who somebody is, where from, or what was
 * said.
 */
export const ADMIN = 1;

/** What this release can do, as `Info.features` names it. */
export const FEATURES = Object.freeze([
  'connections',
  'broadcasting',
  'channels',
  'presence',
  'history',
  'requests',
  'resume',
] as const);

/** What a server is: `GET <path>/info`, and `rx-process websocket:info` (CL2). */
export interface Info {
  readonly admin: typeof ADMIN;
  readonly info: {
    /** `rx-process`. */
    readonly name: string;
    readonly version: string;
    readonly pid: number;
    /** `process.version`, with its `v`. */
    readonly node: string;
    readonly uptime_ms: number;
  };
  /** The routes as they are mounted, parameters with their colon. */
  readonly endpoints: readonly {
    readonly path: string;
    readonly kind: 'main' | 'channel' | 'events';
  }[];
  /** The subprotocols, the newest first; `plain` is the one without. */
  readonly protocols: readonly string[];
  readonly features: readonly string[];
  /** What is defined, at most `MAX_CHANNELS` (1,000). */
  readonly channels: readonly ChannelInfo[];
  /** `null`: no limit. Sizes are bytes. */
  readonly limits: {
    readonly connections: number | null;
    /** Of one message of a client. */
    readonly payload: number | null;
    /** That one client may subscribe. */
    readonly channels: number | null;
    /** What may wait for one client. */
    readonly buffered: number | null;
  };
  /** Whose pages may connect beside the server's own; `*`: any. */
  readonly origins: readonly string[];
}

/** A definition of a channel, or of all of a prefix. */
export interface ChannelInfo {
  readonly pattern: string;
  readonly private: boolean;
  /** Whether a process serves it. */
  readonly process: boolean;
  /** Whether it tells who is present. */
  readonly presence: boolean;
  /** What it keeps for those who come back; `null`: nothing. */
  readonly history: {
    readonly keep: 'all' | 'latest';
    readonly size: number;
    readonly ttl_ms: number;
  } | null;
}

/** How many definitions `Info` tells at most (CL4). */
export const MAX_CHANNELS = 1_000;

/** What a server has done since it started: `GET <path>/stats`, and `rx-process websocket:stats` (CL2). */
export interface Stats {
  readonly admin: typeof ADMIN;
  /** When it was counted, in Unix milliseconds. */
  readonly at: number;
  readonly uptime_ms: number;
  /** In a cluster: the names of the nodes whose sums these are, that which was asked first (CN50). */
  readonly nodes?: readonly string[];
  readonly connections: {
    readonly total: number;
    /** With a data frame either way in the last 60 s. */
    readonly active: number;
    /** The others: `total` is the sum. */
    readonly idle: number;
    /** Since the start, with those that are gone. */
    readonly opened: number;
  };
  readonly channels: {
    readonly total: number;
    readonly with_subscribers: number;
    readonly subscriptions: number;
    /** Channels that a process serves now. */
    readonly processes: number;
  };
  /** Since the start, and a second, over the last 10 s. */
  readonly messages: {
    readonly sent: number;
    readonly received: number;
    /** Calls that send to many; each recipient counts as `sent`. */
    readonly broadcast: number;
    readonly sent_per_second: number;
    readonly received_per_second: number;
    readonly broadcast_per_second: number;
  };
  /** Who is present in all channels. */
  readonly presence: {
    /** One for all connections of a user in a channel. */
    readonly keys: number;
    /** One for each connection in a channel. */
    readonly entries: number;
    /** Those of them whose connection was lost a moment ago. */
    readonly lingering: number;
  };
  /** What is kept for those who come back, and how many of them have got it. */
  readonly history: {
    readonly streams: number;
    readonly messages: number;
    /** In memory, about. */
    readonly bytes: number;
    /** Subscribes with `since`, since the start. */
    readonly recovered: number;
    /** Those that could not be recovered, by reason. */
    readonly lost: Readonly<Record<string, number>>;
  };
  /** Messages that were dropped, by reason. */
  readonly drops: Readonly<Record<string, number>>;
  /** Connections that have ended, by close code. */
  readonly closed: Readonly<Record<string, number>>;
  readonly process: {
    /** Bytes, as `process.memoryUsage()` has them. */
    readonly rss: number;
    /** Bytes in use. */
    readonly heap: number;
    /** Of the time since it was asked before; `null`: it was not, and is measured from now on. */
    readonly event_loop_p99_ms: number | null;
  };
}
