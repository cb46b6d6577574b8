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

export type ChannelSort = 'name' | 'members';
