import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RequestHandler } from 'express';
import type { WebSocketManager } from '../channels/index.js';
import type { MiddlewareFactory } from '../config/index.js';
import { printable, shown, textOf } from '../core/index.js';
import type { System } from '../runtime/index.js';
import { Failure } from './failure.js';
import { readText } from './readText.js';

/**
 * Calls the default export of a user's module, which sets up what is served (CL6). A `Failure` (configuration) says in
 * one line what that has thrown, and where.
 */
export async function importHandlers(path: string, context: ServeContext): Promise<void> {
  readText('--import', path);
  const { default: setUp } = await failsAs(path, import(pathToFileURL(resolve(path)).href));
  if (typeof setUp !== 'function') throw failure(path, 'has no function for its default export');
  await failsAs(path, (async () => setUp(context))());
}

/** What the module is given. */
export interface ServeContext {
  readonly system: System;
  /** To be filled: what answers at the endpoints of a file, by the names that these call it (CF1). */
  readonly handlers: Record<string, RequestHandler>;
  /** To be filled: the middleware of a file. */
  readonly middleware: Record<string, MiddlewareFactory>;
  readonly manager: WebSocketManager;
}

async function failsAs<T>(path: string, doing: Promise<T>): Promise<T> {
  try {
    return await doing;
  } catch (error) {
    const text = printable(`${textOf(() => error)}${placeOf(error, path)}`, 1_024);
    throw failure(path, `failed: ${text}`);
  }
}

const failure = (path: string, what: string): Failure =>
  new Failure('configuration', `--import: ${shown(path)} ${what}`);

const LIBRARY = new URL('..', import.meta.url).href;

/** The place in the user's files at which something was thrown. */
function placeOf(error: unknown, path: string): string {
  // Node tells the place of one to nobody but itself.
  if (error instanceof SyntaxError) return `; node ${path} shows where`;
  const stack = textOf(() => (error as Error).stack);
  const [place] = (stack.match(/file:\S+:\d+/g) ?? []).filter((each) => !each.startsWith(LIBRARY));
  return place === undefined ? '' : `, at ${place}`;
}
