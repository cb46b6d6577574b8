// The worker in which the code of the page `Try it` runs, so that the page can end it: a text of files comes in, and what
// happens to them goes out. `generate.ts` bundles it.
import * as rxjs from 'rxjs';
import * as rxjsTesting from 'rxjs/testing';
import * as client from '../../lib/client/index.js';
import * as core from '../../lib/index.js';
import type { Diagram } from './diagram.js';
import { filesOf } from './files.js';
import { Kit, type Test } from './kit.js';
import { runModules } from './modules.js';
import { format } from './node/util.js';
import type { Said } from './said.js';
import * as testing from './testing.js';
import { watchedMarbles } from './watchedMarbles.js';
import { WatchedSystems } from './watchedSystems.js';

const say = (said: Said): void => self.postMessage(said);

const print =
  (isError: boolean) =>
  (...values: unknown[]): void => {
    say({ type: 'printed', text: format(...values), isError });
  };
Object.assign(console, { log: print(false), info: print(false), debug: print(false) });
Object.assign(console, { warn: print(true), error: print(true) });
self.addEventListener('error', (event) => {
  event.preventDefault();
  say({ type: 'failed', text: textOf(event.error) });
});
self.addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  say({ type: 'failed', text: textOf(event.reason) });
});
self.onmessage = ({ data }: MessageEvent<string>) => void run(data);

/** Milliseconds between two looks at what has happened. */
const LOOK = 100;
/** So many looks in which nothing happens end a run. */
const QUIET = 20;

async function run(code: string): Promise<void> {
  const kit = new Kit();
  const systems = new WatchedSystems();
  const drawn: Diagram[] = [];
  let test = '';
  const { createSystem, testSystem } = systems;
  const marbles = watchedMarbles(code, ({ text }) => drawn.push({ title: test, text }));
  const tell = (): void => say({ type: 'drawn', diagrams: [...drawn, ...systems.diagrams()] });
  const isQuiet = watch(systems, tell);
  try {
    await runModules(filesOf(code), {
      rxjs,
      'rxjs/testing': rxjsTesting,
      'rx-process': { ...core, createSystem },
      'rx-process/client': client,
      'rx-process/testing': { ...testing, marbles, testSystem },
      vitest: kit.exports,
      '@jest/globals': kit.exports,
    });
    for (const each of kit.tests) {
      test = each.name;
      say(await resultOf(each));
    }
  } catch (error) {
    say({ type: 'failed', text: textOf(error) });
  }
  await isQuiet;
  tell();
  if (systems.left > 0) console.warn(`${systems.left} further processes are not drawn`);
  say({ type: 'over', isWaiting: systems.isBusy });
}

async function resultOf({ name, run }: Test): Promise<Said> {
  try {
    await run();
    return { type: 'tested', name };
  } catch (error) {
    return { type: 'tested', name, error: textOf(error) };
  }
}

/** Tells what has happened, again and again; resolves when nobody is left, or nothing has happened for a while. */
function watch(systems: WatchedSystems, tell: () => void): Promise<void> {
  return new Promise((resolve) => {
    let [known, quiet] = [0, 0];
    const timer = setInterval(() => {
      quiet = systems.count === known ? quiet + 1 : 0;
      if (systems.count !== known) tell();
      known = systems.count;
      say({ type: 'alive' });
      if (systems.isBusy && quiet < QUIET) return;
      clearInterval(timer);
      resolve();
    }, LOOK);
  });
}

/** An error with its place in the code, where it has one. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return format(error);
  const [, file, line] = /\b([\w.-]+\.ts):(\d+):\d+/.exec(error.stack ?? '') ?? [];
  // Of the function that the code is made into, the first two lines are its head.
  const isPlaced = file !== undefined && !(error instanceof SyntaxError);
  return `${error.name}${isPlaced ? ` (${file}:${Number(line) - 2})` : ''}: ${error.message}`;
}
