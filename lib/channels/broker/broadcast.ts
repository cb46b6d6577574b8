import { knownOptions, ProcessError, shown } from '../../core/index.js';
import type { WireMessage } from '../../protocol/index.js';
import { Encoded } from '../messages/encoded.js';
import type { Broker } from './broker.js';
import { toAllHere } from './deliver.js';
import { sendTo } from './sendTo.js';

/**
 * Sends a message to all connections, or to some, and returns to how many (B9): those of `onlyTo` that are in
 * `channel`, but not those of `exclude`, which goes before. Ids of nobody are skipped, and repeated ones count once.
 *
 * @throws ProcessError `Invalid` for an unknown option, or a list that is none.
 */
export function broadcast(
  broker: Broker,
  message: WireMessage,
  options: BroadcastOptions = {},
): number {
  knownOptions('broadcast', options, { onlyTo: true, exclude: true, channel: true });
  const { channel: name } = options;
  const only = setOf('onlyTo', options.onlyTo);
  const excluded = setOf('exclude', options.exclude);
  if (name !== undefined) return sendTo(broker, name, message, { only, excluded });
  const encoded = new Encoded(message, undefined);
  const count = toAllHere(broker, encoded, { only, excluded });
  broker.counters.broadcast++;
  return count + (broker.fellows?.sendToAll(encoded, { only, excluded }) ?? 0);
}

/** Whom a broadcast is for; default: everybody. */
export interface BroadcastOptions {
  /** The ids of connections; an empty list is nobody. */
  readonly onlyTo?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  /** Only those in this channel. */
  readonly channel?: string | undefined;
}

function setOf(name: string, ids: readonly string[] | undefined): ReadonlySet<string> | undefined {
  if (ids === undefined) return undefined;
  if (Array.isArray(ids)) return new Set(ids);
  throw new ProcessError('Invalid', `broadcast: ${name} is a list of ids, not ${shown(ids)}`);
}
