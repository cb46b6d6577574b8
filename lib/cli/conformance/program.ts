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
  readonly #child: ChildProcess;
  readonly seen = new Journal<Seen>('the program');
  #hasSpoken = false;
  /** How it has ended; `undefined` while it runs. */
  ended: string | undefined;

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
    child.on('error', ({ message }) => this.#end(message));
    child.on('close', (code, signal) => this.#end(`the program ended with ${code ?? signal}`));
  }

  /** @throws Unexpected if it has ended. */
  do(command: Deed): void {
    if (this.ended !== undefined) throw new Unexpected('a program that runs', this.ended);
    this.#child.stdin?.write(`${JSON.stringify(command)}\n`);
  }

  /** Ends it: by the end of its input, and a second later by force. */
  async end(): Promise<void> {
    if (this.ended !== undefined) return;
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

  #end(how: string): void {
    this.ended ??= how;
    // One that does not start fails no check: there is none.
    const isNone = !this.#hasSpoken;
    this.seen.fail(
      isNone
        ? new Error(`${how} before it said a word`)
        : new Unexpected('a program that runs', how),
    );
  }
}

const IS_POSIX = process.platform !== 'win32';
