import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { clientFiles } from '../../lib/express/index.js';
import { cleanUp, serve } from './support.js';

describe('clientFiles', () => {
  let port: number;
  const ask = (path: string, init?: RequestInit): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/rx-process${path}`, init);

  beforeAll(async () => {
    ({ port } = await serve({ routes: (app) => app.use('/rx-process', clientFiles()) }));
  });
  afterAll(cleanUp);

  it('serves the client as one module with its source map', async () => {
    const script = await ask('/client.js');
    const map = await ask('/client.js.map');

    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(script.headers.get('cache-control')).toBe('public, max-age=0');
    expect(script.headers.get('last-modified')).toBe(null);
    expect(await map.json()).toMatchObject({ version: 3 });

    const folder = mkdtempSync(join(tmpdir(), 'rx-process-client-'));
    const file = join(folder, 'client.mjs');
    writeFileSync(file, await script.text());
    const served = await import(pathToFileURL(file).href);
    rmSync(folder, { recursive: true });
    expect(Object.keys(served).sort()).toEqual(
      Object.keys(await import('../../lib/client/index.js')).sort(),
    );
  });

  it('answers 304 until it changes, whatever its size and time are', async () => {
    const first = await ask('/client.js');
    const tag = first.headers.get('etag') as string;

    expect(tag).toMatch(/^"[\w-]{43}"$/);
    // As a browser asks; Node's own fetch would ask for what no cache has.
    const again = (tag: string) =>
      ask('/client.js', { headers: { 'If-None-Match': tag, 'Cache-Control': 'max-age=0' } });
    expect((await again(tag)).status).toBe(304);
    expect((await again('"other"')).status).toBe(200);
  });

  it.each([
    '/',
    '',
    '/client',
    '/other.js',
    '/../package.json',
    '/%2e%2e/package.json',
    '/client.js/',
  ])('leaves %s to the next handler', async (path) => {
    expect((await ask(path)).status).toBe(404);
  });

  it('says what to run where it was not built', async () => {
    const fs = await import('node:fs');
    const readFileSync: typeof fs.readFileSync = (path) => {
      throw new Error(`ENOENT: ${path}`);
    };
    jest.resetModules();
    jest.unstable_mockModule('node:fs', () => ({ ...fs, readFileSync }));
    const { clientFiles } = await import('../../lib/express/clientFiles.js');

    expect(() => clientFiles()).toThrow(
      /^clientFiles: .*dist[\\/]browser\/client\.js is missing: run `npm run build:browser` in rx-process$/,
    );
    const { pageFiles } = await import('../../lib/devtools/pageFiles.js');
    expect(() => pageFiles()).toThrow(
      /^devtools: .*devtools\.html is missing: run `npm run build:/,
    );
  });
});
