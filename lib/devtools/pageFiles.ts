import { basename } from 'node:path';
import express, { type RequestHandler } from 'express';
import { browserFiles } from '../upgrade/index.js';

/**
 * Serves the page with its script and style, which ask nothing of any other host (DV1). They stand in `dist/browser`, also
 * while the library runs from its sources.
 *
 * @throws ProcessError `Invalid`: they are not there, as in a clone of rx-process that was not built yet.
 */
export function pageFiles(): readonly RequestHandler[] {
  const { folder, tags } = browserFiles('devtools', ['devtools.html', ...FILES]);
  const files = express.static(folder, {
    ...{ index: 'devtools.html', redirect: false, etag: false, lastModified: false },
    setHeaders: (response, path) =>
      void response.set({ ...HEADERS, ETag: tags.get(basename(path)) ?? '' }),
  });
  return [
    atItsPath,
    (request, response, next) =>
      request.path === '/' || FILES.includes(request.path.slice(1))
        ? files(request, response, next)
        : next(),
  ];
}

const FILES = ['devtools.js', 'devtools.css'];

/** The page names its files without a path, so that it is to be at a path with a slash at its end. */
const atItsPath: RequestHandler = ({ baseUrl, originalUrl, path }, response, next) => {
  if (path !== '/' || originalUrl.startsWith(`${baseUrl}/`)) return next();
  const query = originalUrl.slice(baseUrl.length);
  response.redirect(308, `${baseUrl}/${query}`);
};

const POLICY = [
  ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"],
  ...["img-src 'self' data:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
].join('; ');

const HEADERS = {
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-cache',
};
