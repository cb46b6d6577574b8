import { availableParallelism } from 'node:os';

export default {
  testEnvironment: '<rootDir>/jest.environment.js',
  testSequencer: '<rootDir>/jest.sequencer.js',
  // The client for pages and the programs, once for all specs that serve or start them.
  globalSetup: '<rootDir>/.ci/setup.mjs',
  // Of two processors jest would leave one idle; and some specs wait, for a browser or for npm, while others could run.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  roots: ['<rootDir>/lib', '<rootDir>/spec'],
  testMatch: ['**/*.spec.ts'],
  // What is to be fast says so itself; jest's own 5 s would ask that of the machine.
  testTimeout: 30_000,
  // What is looked for most comes first.
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  extensionsToTreatAsEsm: ['.ts'],
  resolver: '<rootDir>/jest.resolver.js',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
        // Beside the code: inline they make it three times as long, and each suite loads it anew.
        sourceMaps: true,
      },
    ],
  },
};
