import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from './knock.js';
import type { Page } from './pagesOf.js';
import type { Closed } from './visit.js';

/** What came of asking as one page after the other. */
export interface Seen {
  /** How those were answered that may not connect, the right one before all. */
  readonly refused: readonly { readonly page: Page; readonly answer: Answer }[];
  /** The page that may, and how it went. */
  readonly entered?: Entered;
}

/** A first connection, from its 101 to its end. */
export interface Entered {
  readonly page: Page;
  /** Of the 101. */
  readonly headers: IncomingHttpHeaders;
  /** The first message, which came before the pong. */
  readonly welcome: string | undefined;
  /** Milliseconds until the pong came. */
  readonly pong: number | undefined;
  readonly closed: Closed;
}

/** How a page was answered that may not connect; without an answer it could. */
export interface Stranger {
  readonly origin: string;
  readonly answer?: Answer;
}

/** What came of offering the dialect of channels. */
export type Spoken =
  /** The subprotocol that was chosen, and the first message. */
  { readonly protocol: string; readonly hello: string | undefined } | { readonly answer: Answer };

/** How the announcement of a message was taken; without an end it was waited for. */
export interface Announced {
  readonly size: number;
  readonly end: Closed | undefined;
}

/** What became of a connection over which nothing was sent. */
export interface Silence {
  /** Milliseconds for which it was watched, or would have been. */
  readonly idle: number;
  /** When pings of the server came, in milliseconds. */
  readonly pings: readonly number[];
  /** When anything came, these among it. */
  readonly heard: readonly number[];
  readonly end?: Closed;
}
