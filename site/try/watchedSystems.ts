import type { Pid, TraceEvent } from '../../lib/index.js';
import * as core from '../../lib/index.js';
import type { Diagram } from './diagram.js';
import * as testing from './testing.js';

/**
 * Watches every system that the code makes: what its processes read and send is recorded, to be drawn. Only the first
 * processes are, and the first events of each, because nobody reads more.
 */
export class WatchedSystems {
  readonly #systems: core.System[] = [];
  readonly #lives = new Map<string, Life>();
  /** Those that are not drawn. */
  readonly #left = new Set<string>();
  /** How many events there have been, which tells whether anything has happened. */
  count = 0;

  readonly createSystem: typeof core.createSystem = (options) =>
    this.#watch(core.createSystem(options));

  readonly testSystem: typeof testing.testSystem = (options) =>
    this.#watch(testing.testSystem(options));

  /** Whether anybody is still there who may do something by and by. */
  get isBusy(): boolean {
    return this.#systems.some((system) => system.processes().length > 0);
  }

  /** How many processes are not drawn, because there are too many. */
  get left(): number {
    return this.#left.size;
  }

  diagrams(): Diagram[] {
    return [...this.#lives.values()].map(drawn);
  }

  #watch<S extends core.System>(system: S): S {
    const index = this.#systems.push(system);
    system.trace('**').subscribe((event) => this.#note(`${index} ${event.pid}`, event));
    return system;
  }

  #note(key: string, event: TraceEvent): void {
    this.count += 1;
    if (!this.#lives.has(key) && this.#lives.size >= MAX_LIVES) {
      this.#left.add(key);
      return;
    }
    const life = this.#lives.get(key) ?? { pid: event.pid, name: '', events: [], isCut: false };
    if (event.type === 'spawned') life.name = event.behavior;
    if (life.events.length < MAX_EVENTS || event.type === 'exited') life.events.push(event);
    else life.isCut = true;
    this.#lives.set(key, life);
  }
}

interface Life {
  readonly pid: Pid;
  /** Of its behaviour. */
  name: string;
  readonly events: TraceEvent[];
  isCut: boolean;
}

const MAX_LIVES = 20;
const MAX_EVENTS = 60;

function drawn({ pid, name, events, isCut }: Life): Diagram {
  const cut = isCut ? `, its first ${MAX_EVENTS} events` : '';
  let text = '';
  testing.toMarbles(events).subscribe((each) => {
    text = each;
  });
  return { title: `${name || 'process'} ${pid}${cut}`, text };
}
