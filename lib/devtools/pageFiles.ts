import { fileURLToPath } from 'node:url';
import express, { type RequestHandler } from 'express';

/**
 * Serves the page with its script and style, which ask nothing of any other host (DV1). They stand in `dist/browser`, also
 * while the library runs from its sources.
 */
export function pageFiles(): readonly RequestHandler[] {
  const files = express.static(FOLDER, { index: 'devtools.html', redirect: false, setHeaders });
  return [
    atItsPath,
    (request, response, next) =>
      FILES.has(request.path) ? files(request, response, next) : next(),
  ];
}

const FOLDER = fileURLToPath(new URL('../../dist/browser', import.meta.url));
const FILES = new Set(['/', '/devtools.js', '/devtools.css']);

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

function setHeaders(response: { setHeader(name: string, value: string): unknown }): void {
  response.setHeader('Content-Security-Policy', POLICY);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cache-Control', 'no-cache');
}
