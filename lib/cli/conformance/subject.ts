import type { Journal } from './journal.js';

/** What has the client that is checked: mostly a program, but a spec may have it beside itself (CL9). */
export interface Subject {
  readonly seen: Journal<Seen>;
  readonly isOver: boolean;
  /** Rejects when it ends, by itself or not. */
  readonly over: Promise<never>;
  do(deed: Deed): void;
  end(): Promise<void>;
}

/** What it is told to do. */
export type Deed =
  /** To make a client, which is the one from now on, and have it connect. */
  | { readonly do: 'open'; readonly url: string; readonly speed: number; readonly tokens: Tokens }
  /** With `presence` also to say who is there. */
  | { readonly do: 'subscribe'; readonly channel: string; readonly presence?: boolean }
  | { readonly do: 'unsubscribe'; readonly channel: string }
  | {
      readonly do: 'request';
      readonly as: string;
      readonly event: string;
      readonly data: unknown;
      readonly once: boolean;
    }
  | { readonly do: 'close' };

type Tokens = readonly string[];

/** What it says that its client has seen. */
export interface Seen {
  readonly saw:
    | ('new' | 'open' | 'closed')
    | ('subscribed' | 'event' | 'gap' | 'presence' | 'ended')
    | ('answer' | 'error');
  readonly channel?: string;
  /** Of a request: what it was called. */
  readonly to?: string;
  readonly [key: string]: unknown;
}
