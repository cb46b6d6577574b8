import type { Broker } from '../broker/broker.js';
import { viewsOf } from '../broker/replay.js';
import type { PageQuery } from '../history/channelHistory.js';
import { isCount, isPosition } from '../history/isPosition.js';
import type { Exchange } from './exchange.js';
import type { SubscribeFields } from './subscribeProblem.js';
import { notAvailable, wrong } from './wrong.js';

/** Gives a member a page of what was sent to a channel (CH11). */
export function history(
  broker: Broker,
  exchange: Exchange,
  fields: HistoryFields,
  done: () => void,
): void {
  const problem = problemOf(fields);
  if (problem !== undefined) wrong(broker, exchange, problem);
  else read(broker, exchange, fields);
  done();
}

function read(broker: Broker, exchange: Exchange, fields: HistoryFields): void {
  const { channel: name, reverse = false } = fields;
  const { member } = exchange;
  const channel = broker.channels.find(name);
  if (channel?.has(member.process) !== true) {
    exchange.fail('not_subscribed', `Not subscribed to channel: ${name}`);
    return;
  }
  const found = broker.histories.of(name);
  if (found?.plan.read !== true) return notAvailable(exchange, 'No history to read here');
  const said = { type: 'system', payload: `History of channel: ${name}` } as const;
  // Without an id there is no place for it, and nothing by which such commands are counted (B29).
  if (exchange.id === undefined) return void exchange.done(said);
  const page = found.page(queryOf(fields));
  if (page === undefined) {
    exchange.fail('unrecoverable', 'What follows this position is not known any more');
    return;
  }
  const { epoch, offset, entries, more } = page;
  const views = viewsOf(name, { isV1: true, member }, channel.ways?.get(member) ?? ALL, entries);
  const frames = views.filter((view) => view !== undefined);
  if (reverse) frames.reverse();
  // Not made anew, as each is the text of its message already.
  const result = `{"epoch":"${epoch}","offset":${offset},"messages":[${frames.join()}],"more":${more}}`;
  exchange.done(said, result);
}

/** What a client has sent with its command. */
interface HistoryFields extends Pick<SubscribeFields, 'channel' | 'since'> {
  readonly before?: unknown;
  readonly limit?: unknown;
  readonly reverse?: unknown;
}

function problemOf({ since, before, limit, reverse }: HistoryFields): string | undefined {
  if (since !== undefined && !isPosition(since)) return 'since: expected { epoch, offset }';
  if (before !== undefined && !isCount(before)) return 'before: expected an offset';
  if (limit !== undefined && !isCount(limit)) return 'limit: expected a whole number';
  const isKnown = reverse === undefined || typeof reverse === 'boolean';
  return isKnown ? undefined : 'reverse: expected true or false';
}

function queryOf({ since, before, limit = USUAL_LIMIT }: HistoryFields): PageQuery {
  return { since, before, limit: Math.min(limit as number, MAX_LIMIT) } as PageQuery;
}

/** How a member sees the messages that has no filter. */
const ALL = { filter: undefined, transform: undefined };
/** Messages of a page. */
const USUAL_LIMIT = 50;
const MAX_LIMIT = 100;
