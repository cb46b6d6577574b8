import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { RequestHandler } from 'express';

/** Serves the program of a page as one file, made when the server starts; in an application that is the work of its bundler. */
export function bundled(entry: URL): RequestHandler {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(entry)],
    ...{ bundle: true, write: false, format: 'esm', target: 'es2022', logLevel: 'warning' },
    define: { 'process.env.NODE_ENV': '"development"' },
  });
  const text = outputFiles[0]?.text;
  return (_request, response) => void response.type('text/javascript').send(text);
}
