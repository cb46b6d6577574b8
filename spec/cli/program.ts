import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express, { type RequestHandler } from 'express';
import { type AdminSource, adminRoutes } from '../../lib/express/index.js';
import { onCleanup, within } from '../express/support.js';
import { INFO, STATS } from '../support/admin.js';
import { built } from '../support/built.js';

export const TOKEN = '0123456789abcdef';

const FOLDER = join(process.cwd(), '.tmp', `cli-${process.pid}`);
/** The program as it is published. Below this folder it finds its packages. */
export const BIN = join(FOLDER, 'dist', 'cli', 'index.js');

/** Lays it out; for `beforeAll`. */
export async function build(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  for (const path of ['package.json', 'templates']) {
    cpSync(path, join(FOLDER, path), { recursive: true });
  }
  const filter = (path: string): boolean => !/\.(d\.ts|map)$/.test(path);
  cpSync(await built(), join(FOLDER, 'dist'), { recursive: true, filter });
}

/** For `afterAll`. */
export const clear = (): void => rmSync(FOLDER, { recursive: true, force: true });

/** How the program has ended, and what it said. */
export interface Ended {
  readonly out: string;
  readonly err: string;
  readonly code: number | null;
}

type Env = Readonly<Record<string, string>>;

/** Starts a command with these variables and no other of the program's own. */
export function start(command: string, args: readonly string[], env: Env = {}, cwd = '.') {
  const { NODE_ENV, NO_COLOR, FORCE_COLOR, ...others } = process.env;
  const child = spawn(command, args, {
    cwd,
    env: { ...others, TERM: 'xterm', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  const listeners = new Set<() => void>();
  const listen = (name: 'out' | 'err') => (text: string) => {
    said[name] += text;
    for (const listener of listeners) listener();
  };
  child.stdout.setEncoding('utf8').on('data', listen('out'));
  child.stderr.setEncoding('utf8').on('data', listen('err'));
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ ...said, code }));
  });
  onCleanup(() => child.kill('SIGKILL'));
  /** Waits until what it has said on stdout matches. */
  const until = (pattern: RegExp): Promise<string> => {
    const matched = new Promise<string>((resolve, reject) => {
      const look = (): void => {
        if (pattern.test(said.out)) resolve(said.out);
      };
      listeners.add(look);
      look();
      ended.then(({ err }) => reject(new Error(`ended without ${pattern}: ${said.out}${err}`)));
    });
    return within(matched, `${pattern} in ${said.out}`, 20_000);
  };
  return { child, until, ended: within(ended, `the end of ${args.join(' ')}`, 20_000) };
}

/** Runs the program to its end. */
export const run = (args: string, env: Env = {}): Promise<Ended> =>
  start(process.execPath, [BIN, ...args.split(' ').filter(Boolean)], env).ended;

/** Starts `rx-process serve` on a free port; it is ready when it has said where it listens. */
export async function served(args: readonly string[] = [], env: Env = {}) {
  const program = start(process.execPath, [BIN, 'serve', ...args], { PORT: '0', ...env });
  const out = await program.until(/^Endpoints .*\n.*channel\n(?=Admin .*\n|$)/m);
  const port = Number(/^listening on http:\S+:(\d+)$/m.exec(out)?.[1]);
  return { ...program, out, port };
}

/** A server with the admin endpoint of something that counts, or with any other handler; its environment. */
export async function serve(handler?: RequestHandler): Promise<Env & { readonly at: string }> {
  const source: AdminSource = { info: () => INFO, stats: () => STATS };
  const app = express().use(handler ?? adminRoutes(source, { token: TOKEN }));
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onCleanup(() => server.close().closeAllConnections());
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { at, RX_PROCESS_ADMIN_URL: `${at}/_rx`, RX_PROCESS_ADMIN_TOKEN: TOKEN };
}
