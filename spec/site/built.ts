import { execFile } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import express from 'express';

const root = process.cwd();
const run = promisify(execFile);

/** Whether all of the site is looked at, by `npm run docs:check`, which has built it: that takes half a minute. */
export const IS_WHOLE = process.env.DOCS_WHOLE !== undefined;
export const FOLDER = IS_WHOLE ? 'site/dist' : '.tmp/site';

/** Builds the start page, a page of the guide and `Try it`, unless the whole site is there; serves what there is. */
export async function built(): Promise<{ server: Server; url: string }> {
  if (!IS_WHOLE) {
    const env = {
      ...process.env,
      NODE_OPTIONS: '',
      NODE_ENV: 'production',
      DOCS_ONLY: 'README.md docs/testing.md',
      DOCS_OUT: join(root, FOLDER),
    };
    const options = { cwd: join(root, 'site'), env };
    const vitepress = join(root, 'node_modules/vitepress/bin/vitepress.js');
    await run(process.execPath, ['--import', 'tsx', 'generate.ts', '--no-api'], options);
    await run(process.execPath, [vitepress, 'build'], options);
  }
  const server = express().use(express.static(FOLDER)).listen(0);
  await once(server, 'listening');
  return { server, url: `http://localhost:${(server.address() as AddressInfo).port}` };
}
