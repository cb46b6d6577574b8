import type { GivenMetadata } from '../protocol/index.js';
import type { RelayTarget } from '../upgrade/index.js';
import type { HttpHeaders, UpgradeAnswer } from './readAnswer.js';

/**
 * An answer whose metadata the compiler holds to its target (H9), for a handler that chooses among targets
 * which want different metadata. Returns what it is given.
 *
 * @example return isAdmin ? relayTo({ target: admin, metadata: { role } }) : relayTo({ target: guest });
 */
export function relayTo<M extends GivenMetadata = GivenMetadata>(
  answer: RelayTarget<M> & { readonly headers?: HttpHeaders | undefined },
): UpgradeAnswer {
  return answer as UpgradeAnswer;
}
