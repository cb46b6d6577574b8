import type { Diagram } from './diagram.js';

/** What the worker tells the page of a run. */
export type Said =
  | { readonly type: 'printed'; readonly text: string; readonly isError: boolean }
  | { readonly type: 'tested'; readonly name: string; readonly error?: string }
  /** All diagrams as they are by now. */
  | { readonly type: 'drawn'; readonly diagrams: readonly Diagram[] }
  /** The code cannot be run, or has thrown. */
  | { readonly type: 'failed'; readonly text: string }
  /** It is still at it, and not in an endless loop. */
  | { readonly type: 'alive' }
  /** It has come to rest; whether processes are left, which wait for something. */
  | { readonly type: 'over'; readonly isWaiting: boolean };
