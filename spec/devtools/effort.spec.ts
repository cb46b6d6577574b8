import { describe, expect, it } from '@jest/globals';
import { VirtualTimeScheduler } from 'rxjs';
import { Effort } from '../../lib/devtools/views/effort.js';

/** Work that takes as long as it says, and notes when it was begun. */
function stage() {
  const scheduler = new VirtualTimeScheduler();
  let worked = 0;
  const done: string[] = [];
  const effort = new Effort({ scheduler, uptime: () => scheduler.now() + worked });
  const ask = (name: string, millis: number) =>
    effort
      .spend(() => {
        worked += millis;
        return `${name} at ${scheduler.now()}`;
      })
      .subscribe((text) => done.push(text));
  const until = (millis: number) => {
    scheduler.maxFrames = millis;
    scheduler.flush();
    scheduler.frame = millis;
  };
  return { scheduler, effort, done, ask, until };
}

describe('effort', () => {
  it('is there at once, until a second of it is spent; then a fortieth of the time (DV6)', () => {
    const { done, ask, until } = stage();
    for (const name of ['a', 'b', 'c', 'd']) ask(name, 500);
    expect(done).toEqual(['a at 0', 'b at 0', 'c at 0']);
    until(30_000);

    expect(done).toEqual(['a at 0', 'b at 0', 'c at 0', 'd at 19000']);
  });

  it('is taken in the order in which it was asked for, and not by who has left (DV6)', () => {
    const { done, ask, until } = stage();
    ask('long', 2_000);
    ask('left', 100).unsubscribe();
    for (const name of ['a', 'b']) ask(name, 100);
    until(60_000);

    expect(done).toEqual(['long at 0', 'a at 40000', 'b at 43900']);
  });

  it('counts work that fails, and tells its error', () => {
    const { effort } = stage();
    const errors: unknown[] = [];
    effort
      .spend(() => {
        throw new Error('no');
      })
      .subscribe({ error: ({ message }) => errors.push(message) });

    expect(errors).toEqual(['no']);
    expect(effort.isSpent).toBe(false);
  });
});
