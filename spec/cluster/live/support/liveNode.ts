import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Pid } from '../../../../lib/index.js';
import { within } from '../../../support/runtime.js';
import type { Commands, NodeEvent, NodeRequest, NodeSettings } from './nodeProgram.js';

/** Starts a node in a process of its own, and waits until it has joined. */
export async function startNode(
  name: string,
  servers: string | readonly string[],
  nats: Readonly<Record<string, unknown>> = {},
): Promise<LiveNode> {
  const node = new LiveNode({ name, servers, nats });
  await node.join();
  return node;
}

/** Ends all nodes that were started. */
export async function endNodes(): Promise<void> {
  await Promise.all([...RUNNING].map((node) => node.kill()));
  rmSync(PROGRAM, { force: true });
}

const RUNNING = new Set<LiveNode>();

/** `nodeProgram.ts` and the library in one file: a node is up in a third of the time that compiling each file takes. */
const PROGRAM = join('.tmp', `nodeProgram-${process.pid}.mjs`);

function bundle(): void {
  if (existsSync(PROGRAM)) return;
  const source = join('spec', 'cluster', 'live', 'support', 'nodeProgram.ts');
  const options = ['--bundle', '--platform=node', '--format=esm', '--packages=external'];
  execFileSync(
    join('node_modules', '.bin', 'esbuild'),
    [source, ...options, '--log-level=warning', `--outfile=${PROGRAM}`],
    { stdio: 'inherit' },
  );
}

/** A node as a spec deals with it: what befalls it is done by signals to its PID. */
export class LiveNode {
  readonly #child: ChildProcess;
  readonly #answers = new Map<number, (answer: Answer) => void>();
  readonly #hearers = new Set<() => void>();
  #key = 0;
  /** What it has told, and when it came here. */
  readonly events: (NodeEvent & { readonly at: number })[] = [];
  id = '';
  counter!: Pid;
  echo!: Pid;
  idle!: Pid;

  constructor(settings: NodeSettings) {
    bundle();
    this.#child = fork(PROGRAM, [JSON.stringify(settings)], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    RUNNING.add(this);
    this.#child.once('exit', () => RUNNING.delete(this));
    this.#child.on('message', (message: Answer | { event: NodeEvent }) => {
      if ('event' in message) {
        this.events.push({ ...message.event, at: performance.now() });
        for (const hear of this.#hearers) hear();
      } else this.#answers.get(message.key)?.(message);
    });
  }

  async join(): Promise<void> {
    Object.assign(this, await this.do('ready'));
  }

  /** Has it do something; fails with the code of its error. */
  async do<C extends keyof Commands>(
    command: C,
    ...args: Parameters<Commands[C]>
  ): Promise<Awaited<ReturnType<Commands[C]>>> {
    const key = ++this.#key;
    const answered = new Promise<Answer>((resolve) => this.#answers.set(key, resolve));
    const request: NodeRequest = { key, command, args };
    this.#child.send(request);
    const { value, error } = await this.#within(answered, command);
    this.#answers.delete(key);
    if (error !== undefined) throw new Error(error);
    return value as Awaited<ReturnType<Commands[C]>>;
  }

  /** Waits until it has told something, unless it has already; takes that from `events`, and says when it came. */
  async tells(wanted: Partial<NodeEvent>): Promise<number> {
    const told = new Promise<number>((resolve) => {
      const hear = (): void => {
        const index = this.events.findIndex((event) => isLike(event, wanted));
        if (index < 0) return;
        this.#hearers.delete(hear);
        for (const { at } of this.events.splice(index, 1)) resolve(at);
      };
      this.#hearers.add(hear);
      hear();
    });
    return this.#within(told, JSON.stringify(wanted));
  }

  /** What it has told of other nodes, beside what was waited for. */
  get told(): readonly string[] {
    return this.events
      .filter(({ type }) => type === 'up' || type === 'down' || type === 'exit')
      .map(({ at: _, ...event }) => Object.values(event).join(' '));
  }

  async #within<T>(promise: Promise<T>, what: string): Promise<T> {
    try {
      return await within(promise, DEADLINE);
    } catch (cause) {
      const text = `${this.id}: ${what}: nothing, and it has told ${JSON.stringify(this.events)}`;
      throw new Error(text, { cause });
    }
  }

  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  /** Has it leave in an orderly way, and waits until its process has ended by itself. */
  async finish(): Promise<void> {
    const gone = once(this.#child, 'exit');
    await this.do('finish');
    await this.#within(gone, 'the end of its process');
  }

  /** Kills it; resolves when it is gone, to when it was killed. */
  async kill(): Promise<number> {
    const at = performance.now();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return at;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
    return at;
  }
}

const DEADLINE = 20_000;

interface Answer {
  readonly key: number;
  readonly value?: unknown;
  readonly error?: string;
}

const isLike = (event: object, wanted: object): boolean =>
  Object.entries(wanted).every(([key, value]) => Reflect.get(event, key) === value);
