import { describe, expect, it } from '@jest/globals';
import { type Search, type SearchEvent, search } from '../../../lib/channels/fellows/search.js';
import type { Pid } from '../../../lib/index.js';

const [A, B] = ['{a@main|0x1}', '{b@main|0x2}'] as [Pid, Pid];

const none: Search = { phase: 'none' };
const seeking: Search = { phase: 'seeking', millis: 0, gone: undefined };
const held: Search = { ...seeking, home: A };
const waiting: Search = { phase: 'waiting', millis: 300 };
const here: Search = { phase: 'here', home: A };
const away: Search = { phase: 'away', home: A };

const needed: SearchEvent = { type: 'needed' };
const failed: SearchEvent = { type: 'failed' };
const due: SearchEvent = { type: 'due' };
const over: SearchEvent = { type: 'over' };
const found = (home: Pid, isHere = false): SearchEvent => ({ type: 'found', home, isHere });
const begun: SearchEvent = { type: 'begun', home: A };
const lost = (home: Pid): SearchEvent => ({ type: 'lost', home });

const after = (millis: number, gone?: Pid): Search => ({ phase: 'seeking', millis, gone });

/** What happens to whom, what becomes of it, and what is to be done. */
const TABLE: readonly (readonly [string, Search, SearchEvent, Search, string?])[] = [
  ['is sought when it is needed', none, needed, seeking, 'claim'],
  ['is not sought twice', seeking, needed, seeking],
  ['is not sought before its time', waiting, needed, waiting],
  ['is elsewhere', seeking, found(A), away, 'watch'],
  ['will be here', seeking, found(A, true), held, 'watch'],
  ['is here once it has begun', held, begun, here],
  ['is here whatever was known', away, begun, here],
  ['is sought again after a claim that has failed', seeking, failed, waiting, 'wait'],
  ['is sought when the time has come', waiting, due, after(300), 'claim'],
  ['is waited for twice as long', after(300), failed, { ...waiting, millis: 600 }, 'wait'],
  ['is waited for 5 s at most', after(4_800), failed, { ...waiting, millis: 5_000 }, 'wait'],
  ['is sought at once when it is lost', away, lost(A), after(0, A), 'claim'],
  ['is not the one that was lost', after(0, A), found(A), waiting, 'wait'],
  ['is another one', after(0, A), found(B), { phase: 'away', home: B }, 'watch'],
  ['is sought in a while when it has ended here', here, lost(A), waiting, 'wait'],
  ['has not begun, and ended', held, lost(A), waiting, 'wait'],
  ['is not lost with another', away, lost(B), away],
  ['is not lost twice', waiting, lost(A), waiting],
  ['is found too late', away, found(B), away],
  ['comes too late', here, due, here],
  ['is not needed any more', waiting, over, none],
];

describe('the home of a channel', () => {
  it.each(TABLE)('%s (CN5)', (...[, state, event, next, effect]) => {
    expect(search(state, event)).toEqual(effect === undefined ? [next] : [next, effect]);
  });
});
