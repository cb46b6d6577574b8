import { type Exit, isPid, ProcessError, suggestion } from '../../core/index.js';

/** The error of a call whose target does not exist, or ends before it replies (M13). */
export function gone(to: string, { reason, result }: Exit, names: Names): ProcessError {
  if (reason.type === 'noproc') {
    const hint = isPid(to) ? '' : suggestion(to, first(names.all(), LOOKED_AT));
    return new ProcessError('NotFound', `no reply from ${to}: process not found${hint}`);
  }
  return new ProcessError('Unavailable', `no reply from ${to}: it ended (${reason.type})`, {
    cause: result.error,
  });
}

/** The names that are registered. */
export interface Names {
  all(): Iterable<string>;
}

/** Who calls in vain may do so often, and names may be many: the oldest are those of services. */
const LOOKED_AT = 100;

function* first(names: Iterable<string>, count: number): Iterable<string> {
  let left = count;
  for (const name of names) {
    if (left-- === 0) return;
    yield name;
  }
}
