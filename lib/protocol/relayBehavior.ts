import type { Behavior } from '../core/index.js';
import type { Metadata } from './metadata.js';

/**
 * A behaviour for connections with metadata of a type: `setRelay` spawns it only together with such
 * metadata. Anything else takes it for the behaviour that it is, and does not ask.
 *
 * @example
 * const { join } = wsOf<{ user: string }>();
 * const greeter: RelayBehavior<{ user: string }> = (inbox) =>
 *   inbox.pipe(ofTopic(join), map(({ payload }) => greet(payload.client_pid, payload.metadata.user)));
 * setRelay(res, { target: greeter, metadata: { user: 'ada' } }); // without a user it does not compile
 */
export interface RelayBehavior<M = Metadata> extends Behavior {
  /** In the type only: what it reads of metadata, so that more than that will do, too. */
  readonly [metadataOf]?: (metadata: M) => void;
}

declare const metadataOf: unique symbol;
