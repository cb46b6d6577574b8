import type { Hub } from '../../relay/index.js';
import type { System } from '../../runtime/index.js';
import type { Effort } from './effort.js';

/** What views are made from. */
export interface Means {
  readonly system: System;
  /** The relays whose connections are shown. */
  readonly hubs: Hubs;
  readonly payloads: boolean;
  /** For what may take long. */
  readonly effort: Effort;
}

/** What is counted apart for all pages of one `devtools`, so that long lists leave time for marbles. */
export interface Efforts {
  readonly lists: Effort;
  readonly lives: Effort;
}

/** The relays of the application, as they are now. */
export type Hubs = () => readonly Hub[];
