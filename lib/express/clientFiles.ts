import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler } from 'express';
import { ProcessError } from '../core/index.js';

/**
 * Serves `rx-process/client` with rxjs as one ES module, `client.js`, for pages that no bundler has made, and beside it its
 * source map. Browsers ask each time whether it has changed, and are answered 304 if not. Whatever else comes below its
 * path goes on to the next handler.
 *
 * @throws ProcessError `Invalid`: the file is not there, as in a clone of rx-process that was not built yet.
 * @example
 * app.use('/rx-process', clientFiles());
 * // In the page: import { connectChannels } from '/rx-process/client.js';
 */
export function clientFiles(): RequestHandler {
  const tags = new Map([SCRIPT, `${SCRIPT}.map`].map((name) => [name, tagOf(name)]));
  const files = express.static(FOLDER, {
    ...{ index: false, redirect: false, etag: false, lastModified: false },
    // Not by size and time: npm gives all files the same time, so two releases may agree in both.
    setHeaders: (response, path) => void response.set('ETag', tags.get(basename(path))),
  });
  return (request, response, next) =>
    tags.has(request.path.slice(1)) ? files(request, response, next) : next();
}

/** From `lib` and from `dist` alike. */
const FOLDER = fileURLToPath(new URL('../../dist/browser', import.meta.url));
const SCRIPT = 'client.js';

function tagOf(name: string): string {
  try {
    const content = readFileSync(`${FOLDER}/${name}`);
    return `"${createHash('sha256').update(content).digest('base64url')}"`;
  } catch (cause) {
    const text = `clientFiles: ${FOLDER}/${name} is missing: run \`npm run build:browser\` in rx-process`;
    throw new ProcessError('Invalid', text, { cause });
  }
}
