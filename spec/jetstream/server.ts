import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/freePort.js';

/** A nats-server with JetStream on a free port; its store outlives its restarts, and goes with `end`. */
export class JetStreamServer {
  readonly #folder = mkdtempSync(join(tmpdir(), 'jetstream-'));
  #process: ChildProcess | undefined;
  #port = 0;

  get url(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Resolves when it listens, on the port that it had before. */
  async start(): Promise<void> {
    this.#port ||= await freePort();
    const where = ['-a', '127.0.0.1', '-p', `${this.#port}`, '-js', '-sd', this.#folder];
    this.#process = spawn('nats-server', where, { stdio: 'ignore' });
    const deadline = Date.now() + 10_000;
    while (!(await isOpen(this.#port))) {
      if (Date.now() > deadline) throw new Error('nats-server does not listen');
    }
  }

  /** Kills it, or lets it end in order. */
  async stop(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const ended = this.#process;
    this.#process = undefined;
    if (ended === undefined) return;
    ended.kill(signal);
    await once(ended, 'exit');
  }

  async end(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Whether there is one to be started. */
export function hasServer(): boolean {
  try {
    execFileSync('nats-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', end(true)).once('error', () => setTimeout(end(false), 20));
  });
}
