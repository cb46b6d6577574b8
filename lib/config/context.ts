import type { Application, RequestHandler, Router } from 'express';
import { type Known, ProcessError } from '../core/index.js';
import type { System } from '../runtime/index.js';
import { checkSystem } from '../upgrade/index.js';
import type { SourceOptions } from './source.js';

/** What the entries of a configuration may refer to, by name. */
export interface Context {
  readonly system: System;
  readonly servers: ReadonlyMap<string, Server>;
  readonly handlers: ReadonlyMap<string, RequestHandler>;
  readonly middleware: ReadonlyMap<string, MiddlewareFactory>;
  /** What to do about a server that is not there. */
  readonly serverHint: string;
}

/** Where routers are mounted. */
export type Server = Application | Router;

/** Makes a middleware of its options, from whose names its own is cut off: `cors.origin` is `origin`. */
export type MiddlewareFactory = (options: Readonly<Record<string, unknown>>) => RequestHandler;

/** What the entries of a configuration may refer to, as the application gives it. */
export interface ContextOptions extends SourceOptions {
  /** Whose processes are the targets, and whose `define` gives behaviours their ids. */
  readonly system: System;
  /** What `func` of an endpoint names; else it is the id of a behaviour. Default: none. */
  readonly handlers?: Readonly<Record<string, RequestHandler>> | undefined;
  /** What `middleware` and `post_middleware` name, beside `websocket_relay`; default: none. */
  readonly middleware?: Readonly<Record<string, MiddlewareFactory>> | undefined;
}

export const CONTEXT_OPTIONS: Known<ContextOptions> = {
  system: true,
  handlers: true,
  middleware: true,
  file: true,
  ignore: true,
};

/** Reads these options. @throws ProcessError `Invalid`, naming the option. */
export function readContext(
  where: string,
  text: string,
  options: ContextOptions,
): Pick<Context, 'system' | 'handlers' | 'middleware'> {
  const { system, handlers = {}, middleware = {}, file, ignore = [] } = options;
  if (typeof text !== 'string') {
    throw new ProcessError('Invalid', `${where}: give the text of a configuration`);
  }
  checkSystem(where, system);
  if (file !== undefined && typeof file !== 'string') {
    throw new ProcessError('Invalid', `${where}: file: give a text`);
  }
  if (!Array.isArray(ignore) || !ignore.every((each) => typeof each === 'string')) {
    throw new ProcessError('Invalid', `${where}: ignore: give a list of kinds`);
  }
  if (Object.hasOwn(Object(middleware), 'websocket_relay')) {
    throw new ProcessError('Invalid', `${where}: middleware.websocket_relay: it is built in`);
  }
  return {
    system,
    handlers: tableOf(`${where}: handlers`, handlers, isFunction, 'a function'),
    middleware: tableOf(`${where}: middleware`, middleware, isFunction, 'a function'),
  };
}

/** An object as a table: nothing but what is its own can be referred to. @throws ProcessError `Invalid`. */
export function tableOf<T>(
  where: string,
  given: Readonly<Record<string, T>>,
  isRight: (value: T) => boolean,
  what: string,
): ReadonlyMap<string, T> {
  const table = new Map(Object.entries(Object(given) as typeof given));
  for (const [name, value] of table) {
    if (!isRight(value)) throw new ProcessError('Invalid', `${where}.${name}: give ${what}`);
  }
  return table;
}

const isFunction = (value: unknown): boolean => typeof value === 'function';

/**
 * What a reference of an entry of this namespace means: the name with the namespace, else the name as it stands
 * (CF1); `undefined`: nothing.
 */
export function find<T>(
  table: ReadonlyMap<string, T>,
  reference: string,
  namespace: string | undefined,
): T | undefined {
  return (
    (namespace !== undefined && table.get(`${namespace}:${reference}`)) || table.get(reference)
  );
}
