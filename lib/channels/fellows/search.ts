import type { Pid } from '../../core/index.js';

/**
 * Where the home of a channel is, as one node knows it: it asks for it when it needs it, by a claim of the name, so that
 * there is one afterwards, here or elsewhere. A home that is lost is looked for again at once, and a claim that has
 * failed after 300 ms, doubling up to 5 s.
 */
export function search(state: Search, event: SearchEvent): readonly [Search, SearchEffect?] {
  switch (event.type) {
    case 'needed':
      return state.phase === 'none' ? seek(undefined) : [state];
    case 'found':
      return found(state, event);
    case 'failed':
      return state.phase === 'seeking' ? wait(state) : [state];
    case 'due':
      return state.phase === 'waiting' ? seek(undefined, state.millis) : [state];
    case 'begun':
      return [{ phase: 'here', home: event.home }];
    case 'lost':
      return lost(state, event.home);
    case 'over':
      return [{ phase: 'none' }];
  }
}

function found(state: Search, { home, isHere }: Found): readonly [Search, SearchEffect?] {
  if (state.phase !== 'seeking') return [state];
  // What nodes were told may be older than what this one knows; but a link that was reset leads to the same one again.
  if (home === state.gone) return wait(state);
  return isHere ? [{ ...state, home }, 'watch'] : [{ phase: 'away', home }, 'watch'];
}

function lost(state: Search, home: Pid): readonly [Search, SearchEffect?] {
  if (!('home' in state) || state.home !== home) return [state];
  if (state.phase === 'away') return seek(home);
  // It was here: whatever has ended it may end it again.
  return wait({ millis: 0 });
}

const seek = (gone: Pid | undefined, millis = 0): readonly [Search, SearchEffect] => [
  { phase: 'seeking', millis, gone },
  'claim',
];

function wait({ millis }: Pick<Seeking, 'millis'>): [Search, SearchEffect] {
  const next = Math.min(Math.max(millis * 2, FIRST), LAST);
  return [{ phase: 'waiting', millis: next }, 'wait'];
}

export type Search =
  | { readonly phase: 'none' }
  | Seeking
  | { readonly phase: 'waiting'; readonly millis: number }
  | { readonly phase: 'here' | 'away'; readonly home: Pid };

/** `millis`: the last wait. `gone`: whom it was with, and has lost. `home`: who has the name here, and has not begun. */
interface Seeking {
  readonly phase: 'seeking';
  readonly millis: number;
  readonly gone: Pid | undefined;
  readonly home?: Pid;
}

interface Found {
  readonly type: 'found';
  readonly home: Pid;
  readonly isHere: boolean;
}

export type SearchEvent =
  | { readonly type: 'needed' | 'failed' | 'due' | 'over' }
  | Found
  /** A home has begun on this node, or one has ended, or its node is lost. */
  | { readonly type: 'begun' | 'lost'; readonly home: Pid };

/** To claim the name, to come again as `due` after `millis`, or to tell of the end of `home`. */
export type SearchEffect = 'claim' | 'wait' | 'watch';

const FIRST = 300;
const LAST = 5_000;
