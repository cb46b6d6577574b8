import {
  countOption,
  type Duration,
  durationOption,
  type Known,
  knownOptions,
  ProcessError,
  shown,
} from '../../core/index.js';
import type { WireMessage } from '../../protocol/index.js';
import type { Bounds, HistoryStore } from './historyStore.js';

/** What is kept of a channel's messages, and for whom (CH1). */
export interface HistoryOptions {
  /** How many messages are kept; with `keep: 'latest'` how many keys. Default 100. */
  readonly size?: number | undefined;
  /** How long one is kept; default 5 min. */
  readonly ttl?: Duration | undefined;
  /** Bytes of all that are kept; default 1 MiB. */
  readonly bytes?: number | undefined;
  /** How many messages a client gets that comes back, at most 1 MiB; beyond it is told that there are more. Default 300. */
  readonly recover?: number | undefined;
  /** All messages, or with `'latest'` the newest of each key, as a value that changes (CH8). Default `'all'`. */
  readonly keep?: 'all' | 'latest' | undefined;
  /** What a message is about, at most 255 characters; default: all are about the same. `key` of a send goes before it. */
  readonly key?: ((message: WireMessage) => string) | undefined;
  /** Whether members may read pages of it by the command `history`; default true. */
  readonly read?: boolean | undefined;
  /** Where it is kept, `levelStore` of `rx-process/level` say; default: in memory, until the Node process ends. */
  readonly store?: HistoryStore | undefined;
}

/** The options as read, their defaults applied; the time in milliseconds. */
export interface HistoryPlan extends Bounds {
  readonly recover: number;
  readonly key: HistoryOptions['key'];
  readonly read: boolean;
  readonly store: HistoryStore | undefined;
}

/** Reads the options. @throws ProcessError `Invalid` naming the one that is wrong. */
export function readHistory(where: string, options: HistoryOptions): HistoryPlan {
  const known = plans.get(options);
  if (known !== undefined) return known;
  knownOptions(`${where}: history`, options, OPTIONS);
  const { size = 100, ttl = '5m', bytes = MIB, recover = 300 } = options;
  const { keep = 'all', key, read = true, store } = options;
  const invalid = (text: string): ProcessError =>
    new ProcessError('Invalid', `${where}: history.${text}`);
  if (keep !== 'all' && keep !== 'latest') {
    throw invalid(`keep is 'all' or 'latest', not ${shown(keep)}`);
  }
  if (key !== undefined && typeof key !== 'function') {
    throw invalid('key is a function of a message');
  }
  if (typeof read !== 'boolean') throw invalid(`read is true or false, not ${shown(read)}`);
  if (store !== undefined && typeof store?.append !== 'function') {
    throw invalid('store is a store, as await levelStore(…) gives one');
  }
  const plan = {
    ...{ keep, key, read, store },
    size: countOption(`${where}: history.size`, size),
    ttl: durationOption(`${where}: history.ttl`, ttl),
    bytes: countOption(`${where}: history.bytes`, bytes),
    recover: countOption(`${where}: history.recover`, recover),
  };
  if (plan.ttl === 0) throw invalid('ttl is more than nothing, as that is how long one is kept');
  plans.set(options, plan);
  return plan;
}

/** They are read at each send, and do not change. */
const plans = new WeakMap<HistoryOptions, HistoryPlan>();

const OPTIONS: Known<HistoryOptions> = {
  size: true,
  ttl: true,
  bytes: true,
  recover: true,
  keep: true,
  key: true,
  read: true,
  store: true,
};

const MIB = 1024 * 1024;
