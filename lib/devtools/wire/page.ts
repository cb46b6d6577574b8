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

export interface ConnectionRow {
  readonly pid: string;
  readonly target: string;
  /** Identity or key, where the application has given one. */
  readonly who?: string;
  readonly channels: readonly string[];
  /** Bytes that wait for the client. */
  readonly buffered: number;
  /** Bytes in all, with what frames and TLS add; rates are differences of them. */
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
  /** The process that serves it, if that is on this node. */
  readonly process?: string;
  /** How many messages its history has numbered. */
  readonly offset?: number;
}

/** The value of `channel`. */
export interface ChannelDetail extends ChannelRow {
  readonly connections: readonly { readonly pid: string; readonly who?: string }[];
  readonly present: readonly { readonly key: string; readonly count: number }[];
}
