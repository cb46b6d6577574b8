import { basename } from 'node:path';
import express, { type RequestHandler } from 'express';
import { browserFiles } from '../upgrade/index.js';

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
  const { folder, tags } = browserFiles('clientFiles', ['client.js', 'client.js.map']);
  const files = express.static(folder, {
    ...{ index: false, redirect: false, etag: false, lastModified: false },
    setHeaders: (response, path) => void response.set('ETag', tags.get(basename(path))),
  });
  return (request, response, next) =>
    tags.has(request.path.slice(1)) ? files(request, response, next) : next();
}
