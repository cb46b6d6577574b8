import type { ConnectionOptions } from '@nats-io/transport-node';
import { defer, from, Observable, retry, switchMap, throwError, timer } from 'rxjs';
import { NatsLine } from './natsLine.js';
import { type NatsPackages, natsPackages } from './natsPackages.js';
import { unreachable } from './unreachable.js';

/**
 * The first connection to NATS. It is tried until there is one: nodes and servers may be started in any order. Fails
 * only for what another try does not mend: packages that are missing, refused credentials, options that are none.
 *
 * @param onFailure told of each try that failed, in words
 */
export function natsDial(
  options: ConnectionOptions,
  onFailure: (text: string) => void,
): Observable<NatsLine> {
  return defer(() => from(natsPackages())).pipe(
    switchMap((packages) => {
      const delay = (error: Error): Observable<unknown> => {
        if (isForGood(error, packages)) return throwError(() => error);
        onFailure(unreachable(error, options.servers));
        return timer(options.reconnectTimeWait ?? 0);
      };
      return attempt(packages, options).pipe(retry({ delay }));
    }),
  );
}

/** One try of all servers. A connection for which nobody waits any more is closed. */
const attempt = (packages: NatsPackages, options: ConnectionOptions): Observable<NatsLine> =>
  new Observable((subscriber) => {
    packages.connect(options).then(
      (connection) => {
        if (subscriber.closed) return void connection.close();
        subscriber.next(new NatsLine(packages, connection));
        subscriber.complete();
      },
      (error) => subscriber.error(error),
    );
  });

function isForGood(error: unknown, { errors }: NatsPackages): boolean {
  const { AuthorizationError, UserAuthenticationExpiredError, InvalidArgumentError } = errors;
  return [AuthorizationError, UserAuthenticationExpiredError, InvalidArgumentError, TypeError].some(
    (kind) => error instanceof kind,
  );
}
