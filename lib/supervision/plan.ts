import {
  type Behavior,
  countOption,
  type Duration,
  durationOption,
  type Known,
  knownOptions,
  type Letter,
  ProcessError,
  type SpawnOptions,
} from '../core/index.js';
import { checkOptions } from '../runtime/index.js';
import { type Backoff, type BackoffOptions, readBackoff } from './backoff.js';

/** A supervisor's options as read. */
export interface Plan {
  readonly strategy: Strategy;
  readonly children: readonly ChildPlan[];
  /** `Infinity` when restarts are not counted. */
  readonly intensity: number;
  readonly period: number;
  readonly backoff: Backoff | undefined;
}

const STRATEGIES = ['one_for_one', 'one_for_all', 'rest_for_one', 'simple_one_for_one'] as const;
const RESTARTS = ['permanent', 'transient', 'temporary'] as const;
const TYPES = ['worker', 'supervisor'] as const;

/** Who is restarted beside a child that has failed (V1). */
export type Strategy = (typeof STRATEGIES)[number];

/** When a child is restarted: always, after an abnormal exit, never (V1). */
export type RestartType = (typeof RESTARTS)[number];

/** How a supervisor starts a child, and what it does when the child ends. */
export interface ChildSpec extends Omit<SpawnOptions, 'orSignal'> {
  /** Its name under this supervisor. */
  readonly id: string;
  readonly behavior: Behavior | string;
  /** Default `'permanent'`. */
  readonly restart?: RestartType | undefined;
  /**
   * How long it has to end once asked to; default 5 s for a worker and `'infinity'` for a supervisor.
   * `'brutalKill'` does not ask (V3).
   */
  readonly shutdown?: Duration | 'brutalKill' | 'infinity' | undefined;
  /** Default `'worker'`. */
  readonly type?: 'worker' | 'supervisor' | undefined;
}

/** Options of `supervise`. */
export interface SuperviseOptions {
  /** Default `'one_for_one'`. */
  readonly strategy?: Strategy | undefined;
  /** In the order in which they start; for `'simple_one_for_one'` one template. */
  readonly children: readonly ChildSpec[] | ChildSpec;
  /** Restarts within `period` that are not too many; default 1, unlimited beside `backoff`. */
  readonly intensity?: number | undefined;
  /** Default 5 s. */
  readonly period?: Duration | undefined;
  /** Waits before restarts; default they come at once (V5). */
  readonly backoff?: BackoffOptions | undefined;
}

const OPTIONS: Known<SuperviseOptions> = {
  strategy: true,
  children: true,
  intensity: true,
  period: true,
  backoff: true,
};

const CHILD: Known<ChildSpec> = {
  id: true,
  behavior: true,
  restart: true,
  shutdown: true,
  type: true,
  host: true,
  name: true,
  args: true,
  messages: true,
};

/** A child spec as read: `shutdown` in milliseconds, `Infinity` for ever, `'brutalKill'`. */
export interface ChildPlan {
  readonly id: string;
  readonly behavior: Behavior | string;
  readonly restart: RestartType;
  readonly shutdown: number | 'brutalKill';
  readonly type: 'worker' | 'supervisor';
  /** `host`, `name` and `args`: what every start of the child takes. */
  readonly options: SpawnOptions;
  readonly messages: readonly Letter[];
}

/** Reads options of `supervise`. @throws ProcessError `Invalid` naming the field, and the child. */
export function readPlan(options: SuperviseOptions): Plan {
  knownOptions('supervise', options, OPTIONS);
  const { strategy = 'one_for_one', intensity, backoff } = options;
  check(STRATEGIES.includes(strategy), `strategy is one of ${STRATEGIES.join(', ')}`);
  if (intensity !== undefined) {
    countOption('supervise: intensity', intensity, { min: 0, unlimited: true });
  }
  check(backoff === undefined || isRecord(backoff), 'backoff is an object');
  const counts = intensity !== undefined || backoff === undefined;
  check(counts || options.period === undefined, 'period beside backoff needs an intensity');
  const period = named('supervise', () => durationOption('period', options.period ?? '5s'));
  check(period > 0, 'period is longer than 0');
  return {
    strategy,
    children: readChildren(strategy, options.children),
    intensity: counts ? (intensity ?? 1) : Infinity,
    period,
    backoff: backoff && named('supervise', () => readBackoff(backoff)),
  };
}

function readChildren(strategy: Strategy, given: SuperviseOptions['children']): ChildPlan[] {
  const isList = Array.isArray(given);
  const isTemplate = strategy === 'simple_one_for_one';
  check(isList || isTemplate, 'children is an array of child specs');
  const children = (isList ? given : [given as ChildSpec]).map(readChild);
  if (isTemplate) {
    const [template] = children;
    check(children.length === 1, 'children of simple_one_for_one is one template');
    check(template?.options.name === undefined, 'the template of many children has no name');
  }
  const ids = new Set<string>();
  for (const { id } of children) {
    check(!ids.has(id), `child ${id}: the id is given twice`);
    ids.add(id);
  }
  return children;
}

/** Reads a child spec. @throws ProcessError `Invalid` naming the child and the field. */
export function readChild(spec: ChildSpec): ChildPlan {
  const { id, behavior, restart = 'permanent', type = 'worker', messages = [] } = spec ?? {};
  check(typeof id === 'string' && id !== '', 'the id of a child is a non-empty text');
  knownOptions(`supervise: child ${id}`, spec, CHILD);
  return named(`supervise: child ${id}`, () => {
    const isBehavior = typeof behavior === 'function' || typeof behavior === 'string';
    must(isBehavior, 'behavior is a function or the id of one');
    must(RESTARTS.includes(restart), `restart is one of ${RESTARTS.join(', ')}`);
    must(TYPES.includes(type), `type is one of ${TYPES.join(', ')}`);
    checkOptions(spec);
    const shutdown = readShutdown(spec.shutdown ?? (type === 'worker' ? '5s' : 'infinity'));
    const { host, name, args } = spec;
    return { id, behavior, restart, shutdown, type, options: { host, name, args }, messages };
  });
}

function readShutdown(given: Duration | 'brutalKill' | 'infinity'): number | 'brutalKill' {
  if (given === 'brutalKill') return given;
  return given === 'infinity' ? Infinity : durationOption('shutdown', given);
}

/** Says of whom it is that something is invalid; whatever fails to be read is. */
function named<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new ProcessError('Invalid', `${what}: ${(error as Error).message}`);
  }
}

const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null;

function must(holds: boolean, rule: string): void {
  if (!holds) throw new ProcessError('Invalid', rule);
}

function check(holds: boolean, rule: string): void {
  must(holds, `supervise: ${rule}`);
}
