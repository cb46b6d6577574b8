import {
  ASYMMETRIC_MATCHERS_OBJECT,
  GLOBAL_EXPECT,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from '@vitest/expect';
import * as chai from 'chai';

/**
 * What a spec takes of `vitest` or `@jest/globals`: vitest's own `expect`, and an `it` that is run when all files have
 * been read.
 */
export class Kit {
  readonly tests: Test[] = [];
  #within: readonly string[] = [];

  readonly exports = {
    expect,
    it: (name: string, run: Test['run']): void => {
      this.tests.push({ name: [...this.#within, name].join(' '), run });
    },
    test: (name: string, run: Test['run']): void => this.exports.it(name, run),
    describe: (name: string, define: () => void): void => {
      const outside = this.#within;
      this.#within = [...outside, name];
      define();
      this.#within = outside;
    },
  };
}

export interface Test {
  readonly name: string;
  readonly run: () => unknown;
}

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

function expect(value: unknown, message?: string): Chai.Assertion {
  return chai.expect(value, message);
}
const shared = globalThis as unknown as Record<PropertyKey, object>;
Object.assign(expect, shared[ASYMMETRIC_MATCHERS_OBJECT]);
shared[GLOBAL_EXPECT as unknown as symbol] = expect;
setState({ assertionCalls: 0 }, expect as never);
