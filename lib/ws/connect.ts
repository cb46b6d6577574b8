import { firstValueFrom, map, merge, mergeMap, NEVER, Observable, throwError } from 'rxjs';
import { type Known, knownOptions, ProcessError, type Self } from '../core/index.js';
import { createSystem, type Kernel, kernelOf, monitor, processOf } from '../runtime/index.js';
import { ClientConnection } from './clientConnection.js';
import { openSocket } from './openSocket.js';
import type { OutboundConnection } from './outboundConnection.js';
import { OUTBOUND_OPTIONS, type OutboundOptions, readOutbound } from './outboundOptions.js';

/**
 * Connects to another server, and resolves when that has agreed (A1, A7). `dial` is for who wants the connection to be a
 * process, started again when it is lost.
 *
 * @param url begins with ws:// or wss://
 * @returns rejects with a `DialError` if it cannot connect, with the signal's reason when that aborts, with
 * `Unavailable` when the owner ends meanwhile, and with `Invalid` for a URL or an option that is wrong
 * @example
 * const feed = await connect('wss://feed.example.com/prices');
 * for await (const { data } of feed) update(data);
 */
export async function connect(
  url: string | URL,
  options: ConnectOptions = {},
): Promise<OutboundConnection> {
  knownOptions('connect', options, OPTIONS);
  const { owner, signal } = options;
  const outbound = readOutbound(url, options);
  const kernel = owner === undefined ? nobody() : processOf(owner, 'connect').kernel;
  signal?.throwIfAborted();
  const over$ = merge(abortOf(signal), endOf(owner, kernel));
  // Within the event that tells of the socket, because what the server sends may come right behind.
  const opened$ = openSocket(kernel, outbound).pipe(
    map((socket) => {
      const connection = new ClientConnection(socket, outbound.channelCapacity, owner?.pid);
      const tie = over$.subscribe(({ why }) => connection.abandon(why));
      connection.closed.then(() => tie.unsubscribe());
      return connection;
    }),
  );
  const givenUp$ = over$.pipe(mergeMap(({ error }) => throwError(() => error)));
  return firstValueFrom(merge(opened$, givenUp$));
}

/** Options of `connect`. */
export interface ConnectOptions extends OutboundOptions {
  /** The process to which it belongs, and whose end closes it with 1001 (A6); default nobody. */
  readonly owner?: Self;
  /** Gives up, or closes with 1001, when it aborts. */
  readonly signal?: AbortSignal;
}

const OPTIONS: Known<ConnectOptions> = { ...OUTBOUND_OPTIONS, owner: true, signal: true };

/** Why nobody wants the connection any more, and what `connect` rejects with. */
interface Over {
  readonly why: string;
  readonly error: unknown;
}

function abortOf(signal: AbortSignal | undefined): Observable<Over> {
  if (signal === undefined) return NEVER;
  return new Observable((subscriber) => {
    const tell = (): void => subscriber.next({ why: 'aborted', error: signal.reason });
    if (signal.aborted) return tell();
    signal.addEventListener('abort', tell);
    return () => signal.removeEventListener('abort', tell);
  });
}

function endOf(owner: Self | undefined, kernel: Kernel): Observable<Over> {
  if (owner === undefined) return NEVER;
  const why = 'owner exited';
  const error = new ProcessError('Unavailable', `connect: ${owner.pid}, the owner, has ended`);
  return new Observable((subscriber) => {
    const tell = { next: () => subscriber.next({ why, error }), complete: () => {} };
    const tie = monitor(kernel, undefined, owner.pid, tell);
    return () => tie.unsubscribe();
  });
}

/** The clock and the run queue of connections that belong to no process. */
function nobody(): Kernel {
  system ??= createSystem();
  return system[kernelOf];
}

let system: ReturnType<typeof createSystem> | undefined;
