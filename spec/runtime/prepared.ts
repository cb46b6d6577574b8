import type { System } from '../../lib/index.js';
import { quiet, reads } from '../support/runtime.js';

/** A system in which `'next'` writes what it reads into `log`. */
export function prepared(log: unknown[] = []): System {
  const system = quiet();
  system.define(
    'next',
    reads(log, (m) => `new ${m.topic} ${m.payload}`),
  );
  return system;
}
