import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ProcessError } from '../core/index.js';

/**
 * What is built for browsers, and the ETag of each file: from its content and not from size and time, because npm gives
 * all files the same time, so that two releases may agree in both.
 *
 * @param caller the function that is to serve them, for the error
 * @throws ProcessError `Invalid`: a file is not there, as in a clone of rx-process that was not built yet.
 */
export const browserFiles = (caller: string, names: readonly string[]): BrowserFiles => ({
  folder: FOLDER,
  tags: new Map(names.map((name) => [name, tagOf(caller, name)])),
});

/** Where they are, and their ETags by their names. */
export interface BrowserFiles {
  readonly folder: string;
  readonly tags: ReadonlyMap<string, string>;
}

/** From `lib` and from `dist` alike. */
const FOLDER = fileURLToPath(new URL('../../dist/browser', import.meta.url));

function tagOf(caller: string, name: string): string {
  try {
    const content = readFileSync(`${FOLDER}/${name}`);
    return `"${createHash('sha256').update(content).digest('base64url')}"`;
  } catch (cause) {
    const text = `${caller}: ${FOLDER}/${name} is missing: run \`npm run build:browser\` in rx-process`;
    throw new ProcessError('Invalid', text, { cause });
  }
}
