import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onCleanup, within } from '../express/support.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A program of `examples/`, running in a process of its own. */
export interface Started {
  readonly child: ChildProcess;
  readonly port: number;
  /** All lines it has printed so far. */
  readonly printed: () => string;
  readonly complained: () => string;
  readonly exited: Promise<Exited>;
}

export interface Exited {
  readonly code: number | null;
  readonly signal: string | null;
}

/**
 * Runs a program, bundled, or a command as its users type it; ended by `cleanUp` at the latest. A bundle is up in a third
 * of the time that compiling each file takes.
 */
export function run(script: string, env: NodeJS.ProcessEnv = {}): Omit<Started, 'port'> {
  const [command, ...args] = script.includes(' ')
    ? (script.split(' ') as [string])
    : [process.execPath, `.tmp/programs/${script.replace(/ts$/, 'js')}`];
  const child = spawn(command, args, {
    cwd: ROOT,
    // Nothing is left on disk, unless a spec says where.
    env: { ...process.env, PORT: '0', DATA: '', ...env },
  });
  let out = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const exited = new Promise<Exited>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  onCleanup(async () => {
    child.kill('SIGTERM');
    await within(exited, `the exit of ${script}`, 10_000).catch(() => child.kill('SIGKILL'));
  });
  return { child, printed: () => out, complained: () => errors, exited };
}

/** Runs a program and waits until it listens. */
export async function start(
  script: string,
  env: NodeJS.ProcessEnv = {},
  millis = 20_000,
): Promise<Started> {
  const running = run(script, env);
  const { child, printed, complained, exited } = running;
  const port = new Promise<number>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const match = /^listening on http:\/\/127\.0\.0\.1:(\d+)\n/.exec(printed());
      if (match !== null) resolve(Number(match[1]));
    });
    exited.then(() => reject(new Error(`${script} has ended: ${complained()}`)));
  });
  return { ...running, port: await within(port, `the line of ${script}`, millis) };
}

/** A frame as the JSON it is. */
export const json = (frame: string | Buffer): unknown => JSON.parse(String(frame));
