import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Need } from '../../interop/need.js';
import { within } from '../../support/runtime.js';

const COMMAND = '/usr/sbin/nats-server';

export const NEED: Need = {
  command: COMMAND,
  args: ['--version'],
  cure: 'apt-get install nats-server',
};

/** Starts a server of NATS on a free port; `close` ends it and removes what it has stored. */
export async function natsServer(options: NatsServerOptions = {}): Promise<NatsServer> {
  const server = new NatsServer(options);
  await server.start();
  return server;
}

export interface NatsServerOptions {
  /** Default true. */
  readonly hasJetStream?: boolean;
  /** The text of a configuration file, beside what is on the command line: address, port and store. */
  readonly config?: string;
  /** Default: any that is free. */
  readonly port?: number;
}

/** A process of its own: what befalls it is done by signals to its PID. */
export class NatsServer {
  readonly #folder = mkdtempSync(join(tmpdir(), 'rx-process-nats-'));
  readonly #hasJetStream: boolean;
  #process: ChildProcess | undefined;
  /** The same after each start. */
  port: number;

  constructor({ hasJetStream = true, config = '', port = -1 }: NatsServerOptions) {
    this.#hasJetStream = hasJetStream;
    this.port = port;
    this.#configure(config);
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** Starts it, with what it had stored; ready when this resolves. */
  async start(): Promise<void> {
    const args = ['-a', '127.0.0.1', '-p', String(this.port), '-c', this.#file];
    if (this.#hasJetStream) args.push('-js', '-sd', join(this.#folder, 'store'));
    const child = spawn(COMMAND, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#process = child;
    let log = '';
    const ready = new Promise<void>((resolve, reject) => {
      child.stderr?.on('data', (text) => {
        log += text;
        if (log.includes('Server is ready')) resolve();
      });
      child.on('close', () => reject(new Error(`nats-server has ended:\n${log}`)));
    });
    await within(ready, 10_000);
    this.port = Number(/client connections on \S+:(\d+)/.exec(log)?.[1]);
    // What it says from now on is read and thrown away, so that it is never held up by a full pipe.
    child.stderr?.removeAllListeners('data').resume();
  }

  /** An orderly end. */
  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  /** A gentle end (lame duck mode): it takes no more clients, and sends away those that it has one by one. */
  retire(): Promise<void> {
    return this.#end('SIGUSR2');
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** It stands still: sockets stay open, and nothing is answered. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Takes another configuration while it runs. */
  reload(config: string): void {
    this.#configure(config);
    this.#process?.kill('SIGHUP');
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #file(): string {
    return join(this.#folder, 'nats.conf');
  }

  #configure(config: string): void {
    writeFileSync(this.#file, config);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await within(ended, 10_000);
  }
}
