import { readClose } from '../codec/index.js';
import { isPromise, knownOptions, ProcessError } from '../core/index.js';
import { type Close, ws } from '../protocol/index.js';
import type { Kernel } from '../runtime/index.js';
import type { ConnectionInfo } from './connectionEvent.js';

/**
 * Tells those connections to close that a predicate picks, as a `ws.close` would, and returns how many these are
 * (L9). All are looked at first, so that a predicate which throws has closed nobody.
 *
 * @throws ProcessError `Invalid`: no predicate or an async one, or a close that W4 does not allow.
 */
export function closeWhere<M>(
  kernel: Pick<Kernel, 'send'>,
  open: readonly ConnectionInfo<M>[],
  predicate: (connection: ConnectionInfo<M>) => boolean,
  close: Close,
): number {
  if (typeof predicate !== 'function') throw invalid('give a function of a connection');
  if (typeof close === 'object') knownOptions('closeWhere', close, { code: true, reason: true });
  const { code, reason, valid } = readClose(close);
  if (!valid) throw invalid(`give { code, reason }, a code of ${CODES} and a text`);
  const picked = open.filter((connection) => {
    const isPicked: unknown = predicate(connection);
    // A promise is true, whatever it resolves with: everybody would be closed.
    if (isPromise(isPicked)) throw invalid('the predicate returns a promise; give a boolean');
    return isPicked;
  });
  for (const { pid } of picked) kernel.send(undefined, pid, ws.close, { code, reason });
  return picked.length;
}

const CODES = '1000–1003, 1007–1014 or 3000–4999';

const invalid = (text: string): ProcessError => new ProcessError('Invalid', `closeWhere: ${text}`);
