import { type Pid, topic } from '../core/index.js';
import type { GivenMetadata, Metadata } from './metadata.js';

/** The topics between a connection and the processes that talk to it (§12). */
export const ws = {
  join: topic<Join>('ws.join'),
  message: topic<ClientMessage>('ws.message'),
  heartbeat: topic<Heartbeat>('ws.heartbeat'),
  leave: topic<Leave>('ws.leave'),
  send: topic<Send>('ws.send'),
  close: topic<Close>('ws.close'),
  control: topic<Control>('ws.control'),
} as const;

/** A client has connected, or was handed over to this process (L3). */
export interface Join {
  readonly client_pid: Pid;
  readonly metadata: Metadata;
}

/** One data frame of the client: a string for text, a copy of its bytes for binary (L4). */
export type ClientMessage =
  | {
      readonly client_pid: Pid;
      readonly type: 'text';
      readonly data: string;
      readonly metadata: Metadata;
    }
  | {
      readonly client_pid: Pid;
      readonly type: 'binary';
      readonly data: Uint8Array;
      readonly metadata: Metadata;
    };

/** Says that the connection is open, every `heartbeat_interval` (L5). */
export interface Heartbeat {
  readonly client_pid: Pid;
  /** Since the 101, as text: `'1m30s'`. */
  readonly uptime: string;
  /** Since the 101, in milliseconds. */
  readonly uptime_ms: number;
  /** Data frames received since the 101. */
  readonly message_count: number;
  readonly metadata: Metadata;
}

/** The client has left, or was handed over. Do not trust `reason`, which may be the client's text (Z5). */
export interface Leave {
  readonly client_pid: Pid;
  readonly reason: string;
  readonly metadata: Metadata;
}

/** A frame for the client; `type` follows from the data when it is left out (W1). */
export interface Send {
  readonly type?: 'text' | 'binary';
  readonly data: string | ArrayBuffer | ArrayBufferView;
}

/** Closes the connection; a bare string is the reason (W4). */
export type Close = { readonly code?: number; readonly reason?: string } | string | undefined;

/** Changes the fields that are given; if one of them is wrong, nothing changes (X1, X2). */
export interface Control {
  /** Hands the connection over to this process. */
  readonly target_pid?: Pid | null;
  readonly message_topic?: string | null;
  readonly metadata?: GivenMetadata | null;
  readonly heartbeat_interval?: string | number | null;
}
