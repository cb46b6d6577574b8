import { spawnSync } from 'node:child_process';
import { writeSync } from 'node:fs';
import { describe } from '@jest/globals';

/** A program that not every machine has. */
export interface Need {
  readonly command: string;
  readonly args: readonly string[];
  /** How to come by it, on Debian. */
  readonly from: string;
}

/** `describe` where a program runs; elsewhere one line says why not, and the specs count as skipped. */
export function describeWith({
  command,
  args,
  from,
}: Need): typeof describe | typeof describe.skip {
  const { status } = spawnSync(command, args, { stdio: 'ignore' });
  if (status === 0) return describe;
  // Not by the console, which jest adorns with a stack.
  writeSync(2, `skipped: ${command} ${args.join(' ')} does not run; apt-get install ${from}\n`);
  return describe.skip;
}
