import { countOption, knownOptions, ProcessError, shown } from '../../core/index.js';
import type { Published } from '../definitions/joining.js';
import type { Position } from '../history/historyStore.js';
import { isPosition } from '../history/isPosition.js';
import { Encoded } from '../messages/encoded.js';
import { publishedOf } from '../table/individually.js';
import type { Broker } from './broker.js';
import { plainOf } from './replay.js';

/** Reads a page of a channel's history for the server. @throws ProcessError as `ServerChannel.history` says. */
export function readPage(broker: Broker, name: string, query: HistoryQuery): readonly Published[] {
  knownOptions('history', query, { since: true, before: true, limit: true, reverse: true });
  const { since, before, limit = 50, reverse = false } = query;
  countOption('history: limit', limit, { unlimited: true });
  if (before !== undefined) countOption('history: before', before);
  if (since !== undefined && !isPosition(since)) {
    throw new ProcessError('Invalid', `history: since is { epoch, offset }, not ${shown(since)}`);
  }
  const page = broker.histories.of(name)?.page({ since, before, limit });
  if (page === undefined) {
    if (broker.histories.of(name) === undefined) return [];
    const text = `${name}: what follows this position is not known any more`;
    throw new ProcessError('NotFound', text);
  }
  const messages = page.entries.map((entry) => {
    const message = JSON.parse(plainOf(entry));
    return publishedOf(new Encoded(message, name, entry), message);
  });
  return reverse ? messages.reverse() : messages;
}

/** Which page of a channel's history is wanted. */
export interface HistoryQuery {
  /** It begins behind this. */
  readonly since?: Position | undefined;
  /** It ends before this offset; without `since` only. */
  readonly before?: number | undefined;
  /** How many messages at most, 1 MiB of them; default 50, Infinity: no limit. */
  readonly limit?: number | undefined;
  /** The newest first; default false. */
  readonly reverse?: boolean | undefined;
}
