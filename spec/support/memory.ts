import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');

/** Frees what nobody holds any more, at once. */
export const collectGarbage: () => void = runInNewContext('gc');

/** Bytes of heap that are in use, without what nobody holds any more. */
export function heapUsed(): number {
  // What a finalizer or a weak reference has held goes only with a later one.
  for (let pass = 0; pass < 4; pass++) collectGarbage();
  return process.memoryUsage().heapUsed;
}
