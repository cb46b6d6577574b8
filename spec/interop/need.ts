import { spawnSync } from 'node:child_process';
import { writeSync } from 'node:fs';
import { describe } from '@jest/globals';

/** What not every machine has, and a command that runs where it is. */
export interface Need {
  readonly command: string;
  readonly args: readonly string[];
  /** What to do where it does not run. */
  readonly cure: string;
}

/**
 * `describe` where programs run; elsewhere one line says why not, and the specs count as skipped, or,
 * where `CI` is set, as failed: a machine that checks has to have what it checks with.
 */
export function describeWith(...needs: Need[]): typeof describe | typeof describe.skip {
  const runs = ({ command, args }: Need) =>
    spawnSync(command, args, { stdio: 'ignore' }).status === 0;
  const missing = needs.find((need) => !runs(need));
  if (missing === undefined) return describe;
  const { command, args, cure } = missing;
  const why = `${command} ${args.join(' ')} does not run; ${cure}`;
  if (process.env.CI !== undefined) throw new Error(`CI needs what these specs talk to: ${why}`);
  // Not by the console, which jest adorns with a stack.
  writeSync(2, `skipped: ${why}\n`);
  return describe.skip;
}
