// The processes of a run: servers on processor 0, the load program on processor 1.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Peer } from './peers.js';

export const pinned =
  availableParallelism() > 1 &&
  spawnSync('taskset', ['-c', '0', process.execPath, '-v']).status === 0;

/** Whether Erlang's `escript` is there to be run. */
export const hasErlang = spawnSync('which', ['escript']).status === 0;

export interface RunningServer {
  readonly peer: Peer;
  readonly port: number;
  readonly pid: number;
  /** What it answers to `GET <path>`, which must be JSON. */
  get(path: string): Promise<unknown>;
  stats(): Promise<NodeJS.MemoryUsage>;
  /** What it has written to stderr so far. */
  complaints(): string;
  stop(): Promise<void>;
}

/** A line of JSON from load.ts. */
export interface LoadResult {
  /** Units a second; nanoseconds of the server's processor time a unit, where the system tells them. */
  readonly figures: { readonly rate: number; readonly cpu?: number; readonly user?: number };
  readonly serverBusy: number | null;
  readonly clientBusy: number;
}

const running = new Set<ChildProcess>();
// Without this, an interrupted run would leave its servers behind.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

/** A script of bench/, Node's under this process's own flags (`--import tsx`), and what it says. */
function start(script: string, args: readonly string[], processor: number) {
  const path = fileURLToPath(new URL(`../${script}`, import.meta.url));
  const node = [process.execPath, ...process.execArgv];
  const program = [...(script.endsWith('.escript') ? ['escript'] : node), path, ...args];
  const [command = '', ...rest] = pinned ? ['taskset', '-c', `${processor}`, ...program] : program;
  // As it is deployed: Express and this library do more in development.
  const env = { ...process.env, NODE_ENV: 'production' };
  const child = spawn(command, rest, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  running.add(child);
  let complaints = '';
  child.stderr.on('data', (data) => {
    // The first error says more than its thousandth repetition.
    if (complaints.length < 4000) complaints += data;
  });
  // A process that is gone takes no input; that it is gone shows elsewhere.
  child.stdin.on('error', () => {});
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      complaints += error.message;
    });
    child.once('close', (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const failure = () => new Error(`${script} failed:\n${complaints.trim()}`);
  const line = firstLine(child, failure);
  return { child, ended, stop, line, failure, complaints: () => complaints.trim() };
}

/** The first line on stdout; rejects when the process ends without one or is silent for 30 s. */
function firstLine(child: ChildProcess, failure: () => Error): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
    child.once('close', () => {
      clearTimeout(timer);
      reject(failure());
    });
    if (child.stdout) {
      createInterface(child.stdout).once('line', (line) => {
        clearTimeout(timer);
        resolve(line);
      });
    }
  });
}

/** Runs a script of bench/ to its end and returns its first line. */
export async function runScript(script: string, args: readonly string[], processor: number) {
  const { line, ended } = start(script, args, processor);
  const first = await line;
  await ended;
  return first;
}

/** Starts a script of bench/ that runs until it is stopped, and resolves when it has said that it is ready. */
export async function startScript(script: string, args: readonly string[], processor: number) {
  const { line, stop } = start(script, args, processor);
  await line;
  return { stop };
}

/** Starts a server and resolves when it listens; rejects with its stderr when it does not. */
export async function startServer(peer: Peer): Promise<RunningServer> {
  const { line, stop, complaints } = start(peer.script, ['--port', '0'], 0);
  const [, port, pid] = /^READY (\d+) pid (\d+)$/.exec(await line) ?? [];
  if (!port || !pid) {
    await stop();
    throw new Error(`${peer.script} said '${await line}' instead of READY <port> pid <pid>`);
  }
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return response.json();
  };
  const stats = () => get('/stats') as Promise<NodeJS.MemoryUsage>;
  return { peer, port: Number(port), pid: Number(pid), get, stats, stop, complaints };
}

function startLoad(server: RunningServer, args: readonly string[]) {
  const { protocol, path } = server.peer;
  const target = ['--port', `${server.port}`, '--server-pid', `${server.pid}`];
  return start('load.ts', [...target, '--protocol', protocol, '--path', path, ...args], 1);
}

/** Runs the load program to its end; rejects with what it says when anything went wrong. */
export async function runLoad(server: RunningServer, args: readonly string[]): Promise<LoadResult> {
  const load = startLoad(server, args);
  const result = JSON.parse(await load.line) as LoadResult;
  await load.ended;
  return result;
}

/** Opens idle connections and holds them until the returned function is called. */
export async function holdLoad(
  server: RunningServer,
  args: readonly string[],
): Promise<() => Promise<void>> {
  const load = startLoad(server, args);
  await load.line;
  return async () => {
    load.child.stdin.end();
    // A connection that did not live until here was not idle, it was gone.
    if ((await load.ended) !== 0) throw load.failure();
  };
}
