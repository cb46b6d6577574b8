import { readFileSync } from 'node:fs';
import { shown } from '../core/index.js';
import { Failure } from './failure.js';

/** Reads a file that an argument names; a `Failure` (usage) that says which argument if it cannot be read (CL2). */
export function readText(argument: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Failure('usage', `${argument}: ${shown(path)} cannot be read (${code})`);
  }
}
