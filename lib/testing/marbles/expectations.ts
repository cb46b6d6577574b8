import { comparable } from './comparable.js';
import {
  compareDiagrams,
  compareSubscriptions,
  type Difference,
  type Subscribed,
} from './compareDiagrams.js';
import type { Diagram, Frame } from './signsOf.js';

/**
 * The expectations of a test. Each is compared by the runner's equality; those that fail are told of in
 * one error, which has the stack of the first one's `toBe`, so that a runner points there.
 */
export class Expectations {
  readonly #equal: Equality;
  /** Those that are not compared yet, in rxjs's order. */
  #pending: readonly Expectation[] = [];
  #failures: Failure[] = [];
  #count = 0;

  constructor(equal: Equality) {
    this.#equal = equal;
  }

  /** Those that have not been given what they expect. */
  get open(): readonly string[] {
    return this.#pending.filter(({ diagram }) => diagram === undefined).map(({ name }) => name);
  }

  /** @returns what takes the diagram, when `toBe` is called */
  add(of: Expectation['of']): (toBe: Method, diagram?: Diagram) => void {
    const expectation: Expectation = { of, name: `${of} (expectation ${++this.#count})`, site: {} };
    this.#pending = [...this.#pending, expectation];
    return (toBe, diagram = {}) => {
      expectation.diagram = diagram;
      Error.captureStackTrace(expectation.site, toBe);
    };
  }

  /** Takes the next comparison: rxjs makes one for each expectation that is not open, in their order. */
  compare(actual: unknown, expected: unknown): void {
    const next = this.#pending.find(({ diagram }) => diagram !== undefined);
    this.#pending = this.#pending.filter((each) => each !== next);
    try {
      this.#equal(...comparable(actual, expected));
    } catch (error) {
      const difference = next && this.#difference(next, actual, expected);
      // Where the diagrams are the same, the runner alone knows what is not.
      if (next === undefined || difference === undefined) throw error;
      this.#failures.push({ ...next, ...difference });
    }
  }

  #difference(
    { of, diagram = {} }: Expectation,
    actual: unknown,
    expected: unknown,
  ): Difference | undefined {
    if (of === 'expectSubscriptions') {
      return compareSubscriptions(actual as Subscribed[], expected as Subscribed[]);
    }
    return compareDiagrams(actual as Frame[], expected as Frame[], diagram, (one, other) => {
      try {
        this.#equal(...comparable(one, other));
        return true;
      } catch {
        return false;
      }
    });
  }

  /** @throws Error that tells of all that has failed since the last report. */
  report(): void {
    const [first] = this.#failures;
    if (first === undefined) return;
    const texts = this.#failures.map(({ name, text }) => `${name} ${text}`);
    this.#failures = [];
    const error = new Error(texts.join('\n\n'), 'cause' in first ? { cause: first.cause } : {});
    const { stack = '' } = first.site;
    error.stack = `Error: ${error.message}${stack.slice(stack.indexOf('\n'))}`;
    throw error;
  }
}

/** Compares two values and throws when they differ: the test runner's own, such as jest's `toEqual`. */
export type Equality = (actual: unknown, expected: unknown) => unknown;

interface Expectation {
  readonly of: 'expectObservable' | 'expectSubscriptions';
  readonly name: string;
  /** What it expects, since `toBe` was called. */
  diagram?: Diagram;
  /** Where that was. */
  readonly site: { readonly stack?: string };
}

type Failure = Expectation & Difference;
type Method = (...args: never[]) => unknown;
