import type { Address } from '../codec/index.js';
import { isPid } from '../core/index.js';

/** How a connection stays when its target is started again (X9). */
export interface Rejoin {
  /** Milliseconds that it waits. */
  readonly within: number;
  /** The name that its target has; `undefined`: the target is known by its place in a supervision tree. */
  readonly name: string | undefined;
}

/** What a handler or `ws.control` asks for: a target that is given by another address is waited for by it. */
export function rejoinOf(
  before: Rejoin | undefined,
  { target, rejoin }: { readonly target?: Address | undefined; readonly rejoin?: number },
): Rejoin | undefined {
  const within = rejoin ?? before?.within ?? 0;
  if (within === 0) return undefined;
  if (target === undefined) return { within, name: before?.name };
  return { within, name: isOwnName(target) ? target : undefined };
}

/** Why a connection cannot stay though it is to: nobody could tell who is started in its target's place. */
export function rejoinProblem(rejoin: Rejoin | undefined, hasPlace: boolean): string | undefined {
  const isPlaceless = rejoin !== undefined && rejoin.name === undefined && !hasPlace;
  return isPlaceless ? 'rejoin: give target_name, or a child of a supervisor' : undefined;
}

/** A name of this system: it is told here who gets it, which it is not of a name of the cluster (D40). */
function isOwnName(target: Address): target is string {
  return typeof target === 'string' && !isPid(target) && !target.startsWith('@');
}
