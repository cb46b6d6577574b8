import type { SystemEvent } from '../../lib/index.js';
import { drills, testSystem } from '../../lib/testing/index.js';
import { reads } from '../support/runtime.js';

/** A system, a process in it that writes down what it reads and when, and a drill. */
export function scene() {
  const system = testSystem();
  const log: string[] = [];
  const reader = system.spawn(
    reads(log, ({ topic, payload }) => `${system.scheduler.now()} ${topic} ${payload}`),
    { name: 'reader' },
  );
  const drops: SystemEvent[] = [];
  system.events$.subscribe((event) => {
    if (event.type === 'drop') drops.push(event);
  });
  return { system, log, reader, drops, drill: drills(system) };
}
