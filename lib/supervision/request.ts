import { map, type Observable } from 'rxjs';
import { type CallOptions, type Pid, type ProcessError, type Self, topic } from '../core/index.js';
import type { ChildInfo } from '../runtime/index.js';
import type { ChildSpec } from './plan.js';

/** What a supervisor is asked. `child` is an id, or the PID of a running child. */
export type Request =
  | { readonly type: 'start'; readonly child: ChildSpec | readonly unknown[] }
  | { readonly type: 'ensure'; readonly child: ChildSpec }
  | { readonly type: 'terminate' | 'restart' | 'delete'; readonly child: string }
  | { readonly type: 'which' };

/** Who calls a supervisor: a `System`, or the `Self` of a process. */
export type Caller = Pick<Self, 'call'>;

/** What a supervisor replies: data in any case, errors included. */
export type Reply = { readonly value: unknown } | { readonly error: ProcessError };

/** The topic of calls to a supervisor. */
export const supervisorRequest = topic<Request, Reply>('supervisor.request');

/** A child may take 5 s to stop, and so may each of its siblings that are stopped first. */
const TIMEOUT = '30s';

function ask<R>(
  caller: Caller,
  supervisor: Pid | string,
  request: Request,
  options?: CallOptions,
): Observable<R> {
  return caller.call(supervisor, supervisorRequest, request, { timeout: TIMEOUT, ...options }).pipe(
    map((reply) => {
      if ('error' in reply) throw reply.error;
      return reply.value as R;
    }),
  );
}

/**
 * Adds a child to a supervisor and starts it; of `simple_one_for_one` a further child from its
 * template, with these arguments behind the template's own. A cold call (M13) that emits the PID once
 * the child has started; `caller` is a system or a `self`. Default timeout 30 s, here and below.
 *
 * Errors: `AlreadyExists` when a child of that id is running (with `existing_pid`) or present;
 * `Invalid` for a bad spec; `Unavailable` with a `ChildStartError` as cause when the child did not start,
 * and then it is not kept; `NotFound`, `Timeout` and `Unavailable` as of every call (V7).
 *
 * @example
 * const pid = await firstValueFrom(startChild(system, rooms, ['lobby']));
 */
export function startChild(
  caller: Caller,
  supervisor: Pid | string,
  child: ChildSpec | readonly unknown[],
  options?: CallOptions,
): Observable<Pid> {
  return ask(caller, supervisor, { type: 'start', child }, options);
}

/**
 * Emits the PID of the child with an id, and first starts it if it is down, or adds it if it is unknown:
 * whoever asks at the same time gets the same PID (V7). A child that is known keeps the spec it has.
 *
 * Errors: `Unavailable` while the child waits for its restart (V5), and as `startChild` for one that did not
 * start; `Invalid` for a bad spec, and under `simple_one_for_one`, whose children have no ids of their own.
 *
 * @example ensureChild(system, 'rooms', 'lobby', { behavior: room, restart: 'temporary' }).subscribe(enter);
 */
export function ensureChild(
  caller: Caller,
  supervisor: Pid | string,
  id: string,
  spec: Omit<ChildSpec, 'id'>,
  options?: CallOptions,
): Observable<Pid> {
  return ask(caller, supervisor, { type: 'ensure', child: { ...spec, id } }, options);
}

/**
 * Stops a child, given by id or PID, and leaves it down: no restart (V7). Its spec stays for
 * `restartChild`, unless it is temporary or from a template. Emits `undefined` once it has ended, also
 * when it was down already. Errors: `NotFound`.
 *
 * @example terminateChild(system, rooms, lobby).subscribe();
 */
export function terminateChild(
  caller: Caller,
  supervisor: Pid | string,
  child: string,
  options?: CallOptions,
): Observable<void> {
  return ask(caller, supervisor, { type: 'terminate', child }, options);
}

/**
 * Starts a child that is down, and emits its PID. Errors: `NotFound`; `AlreadyExists` with
 * `existing_pid` when it runs; `Unavailable` when a restart of it is due already, and when it did not
 * start; `Invalid` under `simple_one_for_one`.
 *
 * @example restartChild(system, app, 'feed').subscribe();
 */
export function restartChild(
  caller: Caller,
  supervisor: Pid | string,
  child: string,
  options?: CallOptions,
): Observable<Pid> {
  return ask(caller, supervisor, { type: 'restart', child }, options);
}

/**
 * Forgets a child that is down. Errors: `NotFound`; `Invalid` when it runs or is to be restarted
 * (terminate it first), and under `simple_one_for_one`.
 *
 * @example terminateChild(self, app, 'feed').pipe(concatMap(() => deleteChild(self, app, 'feed')))
 */
export function deleteChild(
  caller: Caller,
  supervisor: Pid | string,
  child: string,
  options?: CallOptions,
): Observable<void> {
  return ask(caller, supervisor, { type: 'delete', child }, options);
}

/**
 * The children of a supervisor, in the order in which they start: a snapshot between two changes.
 *
 * @example const children = await firstValueFrom(whichChildren(system, app));
 */
export function whichChildren(
  caller: Caller,
  supervisor: Pid | string,
  options?: CallOptions,
): Observable<readonly ChildInfo[]> {
  return ask(caller, supervisor, { type: 'which' }, options);
}
