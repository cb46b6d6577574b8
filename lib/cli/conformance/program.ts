import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { parseJson } from '../../protocol/index.js';
import { Journal } from './journal.js';
import type { Deed, Seen, Subject } from './subject.js';
import { Unexpected } from './unexpected.js';

/**
 * The program under test, a client with a few lines around it: it is told what to do, and says what it saw, each in a
 * line of JSON (CL9).
 */
export class Program implements Subject {
  readonly seen = new Journal<Seen>('the program');
  readonly over: Promise<never>;
  isOver = false;
  readonly #child: ChildProcess;
  #hasSpoken = false;

  /** @param command for the shell */
  constructor(command: string) {
    // A group of its own, so that what a shell has started ends with it.
    const child = spawn(command, {
      shell: true,
      detached: IS_POSIX,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child = child;
    createInterface(child.stdout).on('line', (line) => this.#hear(line));
    // It may be gone.
    child.stdin.on('error', () => {});
    this.over = new Promise((_, reject) => {
      child.on('error', ({ message }) => reject(new NotStarted(message)));
      child.on('close', (code, signal) => {
        this.isOver = true;
        reject(this.#verdict(`the program ended with ${code ?? signal}`));
      });
    });
    // Whoever plays a check hears of it; there may be none.
    this.over.catch(() => {});
  }

  do(deed: Deed): void {
    this.#child.stdin?.write(`${JSON.stringify(deed)}\n`);
  }

  /** Ends it: by the end of its input, and a second later by force. */
  async end(): Promise<void> {
    if (this.isOver) return;
    const closed = once(this.#child, 'close');
    this.#child.stdin?.end();
    const timer = setTimeout(() => this.#kill(), 1_000);
    await closed;
    clearTimeout(timer);
  }

  #kill(): void {
    const { pid } = this.#child;
    if (pid !== undefined) process.kill(IS_POSIX ? -pid : pid, 'SIGKILL');
  }

  #hear(line: string): void {
    const seen = parseJson(line) as Seen | undefined;
    // What it prints beside its lines is no concern of the checks.
    if (typeof seen?.saw !== 'string') return;
    this.#hasSpoken = true;
    this.seen.add(seen);
  }

  #verdict(how: string): Error {
    if (this.#hasSpoken) return new Unexpected('a program that runs', how);
    return new NotStarted(`${how} before it said a word`);
  }
}

/** There is no program: that fails no check. */
export class NotStarted extends Error {
  override readonly name = 'NotStarted';
}

const IS_POSIX = process.platform !== 'win32';
