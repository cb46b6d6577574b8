import { expect } from '@jest/globals';
import type { LiveNode } from './liveNode.js';

/** Two nodes that have just been started are up for each other. */
export async function seeEachOther([a, b]: readonly [LiveNode, LiveNode]): Promise<void> {
  await a.tells({ type: 'up', node: b.id });
  await b.tells({ type: 'up', node: a.id });
}

/** Two nodes that send each other consecutive numbers, so many a millisecond. */
export async function flood([a, b]: readonly [LiveNode, LiveNode], rate: number): Promise<void> {
  await Promise.all([a.do('flood', b.counter, rate), b.do('flood', a.counter, rate)]);
  await Promise.all([a.do('reaches', b.id, 100), b.do('reaches', a.id, 100)]);
}

/** Resolves to the milliseconds after which each has all that the other one has sent up to now. */
export async function caughtUp([a, b]: readonly [LiveNode, LiveNode]): Promise<number> {
  const since = performance.now();
  await Promise.all([catchesUp(a, b), catchesUp(b, a)]);
  return performance.now() - since;
}

async function catchesUp(from: LiveNode, to: LiveNode): Promise<void> {
  await to.do('reaches', from.id, await from.do('sent', to.counter));
}

/** Ends the flood, and expects that each has had all numbers once and in order, with no node lost meanwhile. */
export async function expectAll([a, b]: readonly [LiveNode, LiveNode]): Promise<void> {
  await expectSessions([a, b], 1);
  expect([...a.told, ...b.told]).toEqual([]);
}

/**
 * Ends the flood, and expects all numbers once and in order, but for what was lost between so many sessions: nothing, if
 * whoever stood still had it already.
 */
export async function expectSessions(
  [a, b]: readonly [LiveNode, LiveNode],
  count: number,
): Promise<void> {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    // What was sent in a session that is over by now never comes; what is sent after it does, while the flood goes on.
    await to.do('reaches', from.id, (await from.do('sent', to.counter)) + 1);
    const sent = await from.do('stop', to.counter);
    await to.do('reaches', from.id, sent).catch(async (cause) => {
      const came = JSON.stringify(await to.do('runs', from.id));
      const text = `of ${sent} there came ${came}; ${from.id} has told ${JSON.stringify(from.events)}`;
      throw new Error(text, { cause });
    });
    const runs = await to.do('runs', from.id);
    expect(runs.length).toBeLessThanOrEqual(count);
    expect(runs.flat()).toEqual(runs.flat().toSorted((x, y) => x - y));
    expect([runs[0]?.[0], runs.at(-1)?.[1]]).toEqual([1, sent]);
  }
}
