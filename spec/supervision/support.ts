import { NEVER } from 'rxjs';
import {
  type Behavior,
  type ChildSpec,
  type Pid,
  ProcessError,
  type SuperviseOptions,
  supervise,
} from '../../lib/index.js';
import {
  type TestSystem,
  type TestSystemOptions,
  testSystem,
} from '../../lib/testing/live/testSystem.js';
import { brief, idle } from '../support/runtime.js';

export { idle };

/** What a spec does with a supervisor: children have their id as name, so that they can be addressed by it. */
export interface Stage {
  readonly system: TestSystem;
  /** `+a` for a start, `-a killed` for an end, and whatever a child writes. */
  readonly log: string[];
  /** Spawns a supervisor, called `top`. */
  supervise(options: SuperviseOptions): Pid;
  /** Has children crash, one after the other in one turn, and returns what came of it. */
  crash(...ids: string[]): string[];
  /** What was logged since the last look. */
  look(): string[];
}

/** A system with the starts and ends of its children on record, and the supervisors' warnings. */
export function stage(options?: TestSystemOptions): Stage {
  const system = testSystem(options);
  const log: string[] = [];
  const names = new Map<Pid, string>();
  let seen = 0;
  system.events$.subscribe((event) => {
    if (event.type === 'spawned') {
      if (event.name === undefined) return;
      names.set(event.pid, event.name);
      log.push(`+${event.name}`);
    } else if (event.type === 'exited' && names.has(event.pid)) {
      log.push(`-${names.get(event.pid)} ${brief(event.reason)}`);
    } else if (event.type === 'warning' && event.code !== 'stop_timeout') {
      log.push(`warning ${event.message}`);
    }
  });
  const look = (): string[] => {
    system.flush();
    const news = log.slice(seen);
    seen = log.length;
    return news;
  };
  return {
    system,
    log,
    look,
    supervise: (given) => system.spawn(supervise(given), { name: 'top' }),
    crash: (...ids) => {
      for (const id of ids) system.exit(id, new Error('boom'));
      return look();
    },
  };
}

/** Asks for time, and never ends by itself. */
export const stubborn: Behavior = (_inbox, self) => {
  self.signals$.subscribe();
  return NEVER;
};

/** A child that is called like its id. */
export const child = (id: string, more: Partial<ChildSpec> = {}): ChildSpec => ({
  id,
  name: id,
  behavior: idle,
  ...more,
});

export const children = (ids: string, more: Partial<ChildSpec> = {}): ChildSpec[] =>
  [...ids].map((id) => child(id, more));

/** The warning of a supervisor, called `top` and nobody's child, that gives up with so many children. */
export const givesUp = (id: string, limit: string, count: number): string => {
  const all = count === 1 ? 'its child' : `all its ${count} children`;
  const end = `the supervisor top {main|0x00001} ends with ${all}, and nobody restarts it`;
  return `warning child ${id} fails too often: ${limit}; ${end}`;
};

/** What an intensity says when it is exceeded. */
export const tooMany = (intensity: number): string =>
  `intensity is ${intensity} in 5000 ms (raise intensity, give backoff, or restart: 'temporary')`;

/** What a refused call throws, as `code message`. */
export function refusal(run: () => void): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ProcessError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'no refusal';
}
