import { type SchedulerLike, VirtualTimeScheduler } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { ProcessError } from '../../core/index.js';

/**
 * Moves a virtual clock first and runs what has become due afterwards, in the order in which it was due:
 * every timer of the time between fires late, and an interval fires once.
 */
export function jump(clock: SchedulerLike, millis: number): void {
  if (!(clock instanceof VirtualTimeScheduler) || clock instanceof TestScheduler) {
    const hint = 'drill in a testSystem, outside marbles';
    throw new ProcessError('Invalid', `jump: this clock is not the drill's to move; ${hint}`);
  }
  // Not `flush`, which would set the clock back to the time of each timer.
  clock.frame += millis;
  const { actions, frame } = clock;
  while (actions[0] !== undefined && actions[0].delay <= frame) {
    const action = actions.shift();
    const error: unknown = action?.execute(action.state, action.delay);
    if (error) throw error;
  }
}
