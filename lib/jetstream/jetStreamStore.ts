import type { ConnectionOptions } from '@nats-io/transport-node';
import type { SharedStore } from '../channels/index.js';
import {
  countOption,
  type Duration,
  durationOption,
  type Known,
  knownOptions,
  ProcessError,
  shown,
} from '../core/index.js';
import { makeStream, type Nats, NatsLog } from './natsLog.js';
import { StreamStore } from './streamStore.js';

/**
 * Opens a store in JetStream for the history of channels that several nodes have in common: when the node that owns a
 * channel is lost, the next one goes on in the same epoch, and whoever was sent a message finds it there. A message is shown
 * to nobody before JetStream has it. All of what a node owns is in its memory as well.
 *
 * There is one stream, `rxp1-<cluster>-history`, with a subject for each channel. It is made if it is missing: on files, and
 * the oldest goes when it is too large. While the server does not answer, messages wait for 10 s, up to `waiting`.
 *
 * @throws ProcessError `Invalid`: an option; `Unavailable`: `@nats-io/transport-node` and `@nats-io/jetstream` are not
 * installed, no server answers, or it has no JetStream
 * @example
 * const store = await jetStreamStore({ servers: 'nats://n1:4222', cluster: 'shop' });
 * const chat = channel('chat:*', { history: { ttl: '24h', store } });
 */
export async function jetStreamStore(options: JetStreamStoreOptions = {}): Promise<SharedStore> {
  const plan = readPlan(options);
  const nats = await connect(plan);
  const stream = `rxp1-${plan.cluster}-history`;
  const subjects = `rxp1.${plan.cluster}.h.`;
  try {
    await makeStream(nats.manager, {
      ...{ name: stream, subjects: [`${subjects}>`], num_replicas: plan.replicas },
      ...{ max_bytes: plan.size, max_age: plan.age * NANOS },
    });
  } catch (cause) {
    await nats.connection.close();
    throw unavailable(`the stream ${stream} cannot be made; has the server JetStream?`, cause);
  }
  const { bytes, streams, waiting, age } = plan;
  const limits = { bytes, streams, waiting, age, place: `the store in ${stream}` };
  return new StreamStore(new NatsLog(nats, stream, subjects), limits);
}

/** Which server it is, and how much there may be; beyond it the oldest goes (CH3). */
export interface JetStreamStoreOptions {
  /** Addresses of servers; default `127.0.0.1:4222`. */
  readonly servers?: string | readonly string[] | undefined;
  /** Which cluster it is of: 1 to 40 of `A-Z a-z 0-9 _ -`; default `main`. A second manager needs another. */
  readonly cluster?: string | undefined;
  /** Handed to `@nats-io/transport-node` as it is: credentials, TLS. */
  readonly nats?: Partial<ConnectionOptions> | undefined;
  /** How many servers of a NATS cluster keep it; default 1. */
  readonly replicas?: number | undefined;
  /** How long JetStream keeps a message, at least as long as the `ttl` of any channel; default 7 days. */
  readonly age?: Duration | undefined;
  /** Bytes of the stream in JetStream; default 1 GiB. */
  readonly size?: number | undefined;
  /** Bytes of all entries in memory, with 128 for each; default 256 MiB. */
  readonly bytes?: number | undefined;
  /** Channels that this node owns; default 100,000. */
  readonly streams?: number | undefined;
  /** Bytes that wait for JetStream; beyond it nothing more is taken. Default 16 MiB. */
  readonly waiting?: number | undefined;
}

function readPlan(options: JetStreamStoreOptions) {
  const where = 'jetStreamStore';
  knownOptions(where, options, OPTIONS);
  const { servers = '127.0.0.1:4222', cluster = 'main', nats = {}, age = '168h' } = options;
  const { replicas = 1, size = 1024 * MIB, bytes = 256 * MIB, streams = 100_000 } = options;
  const { waiting = 16 * MIB } = options;
  if (!isServers(servers)) throw invalid(`servers is an address or a list, not ${shown(servers)}`);
  if (typeof cluster !== 'string' || !/^[\w-]{1,40}$/.test(cluster)) {
    throw invalid(`cluster is 1 to 40 of A-Z a-z 0-9 _ -, not ${shown(cluster)}`);
  }
  if (typeof nats !== 'object' || nats === null) throw invalid('nats: give options of the client');
  return {
    ...{ servers: [servers].flat() as string[], cluster, nats },
    replicas: countOption(`${where}: replicas`, replicas),
    age: durationOption(`${where}: age`, age),
    size: countOption(`${where}: size`, size),
    bytes: countOption(`${where}: bytes`, bytes),
    streams: countOption(`${where}: streams`, streams),
    waiting: countOption(`${where}: waiting`, waiting),
  };
}

const isServers = (servers: unknown): boolean => {
  const all = [servers].flat();
  return all.length > 0 && all.every((each) => typeof each === 'string' && each !== '');
};

const OPTIONS: Known<JetStreamStoreOptions> = {
  servers: true,
  cluster: true,
  nats: true,
  replicas: true,
  age: true,
  size: true,
  bytes: true,
  streams: true,
  waiting: true,
};

async function connect({ servers, nats }: ReturnType<typeof readPlan>): Promise<Nats> {
  const [transport, jetstream] = await Promise.all([
    import('@nats-io/transport-node'),
    import('@nats-io/jetstream'),
  ]).catch((cause: unknown) => {
    const names = '@nats-io/transport-node@3 @nats-io/jetstream@3';
    throw unavailable(`install NATS: npm install ${names}`, cause);
  });
  const all = { maxReconnectAttempts: -1, reconnectTimeWait: 100, ...ALIVE, ...nats, servers };
  const connection = await transport.connect(all).catch((cause: Error) => {
    throw unavailable(`no server of ${servers.join(', ')} lets it in: ${cause.message}`, cause);
  });
  const asking = { timeout: ANSWER };
  const client = jetstream.jetstream(connection, asking);
  // Not asked what it knows of JetStream, as a user of few rights may not.
  const manager = await jetstream.jetstreamManager(connection, { ...asking, checkAPI: false });
  return { connection, client, manager };
}

const invalid = (text: string): ProcessError =>
  new ProcessError('Invalid', `jetStreamStore: ${text}`);

const unavailable = (text: string, cause: unknown): ProcessError =>
  new ProcessError('Unavailable', `jetStreamStore: ${text}`, { cause });

const MIB = 1024 * 1024;
/** A connection that is dead is found in 2 s, and so is a server that does not let one in. */
const ALIVE = { pingInterval: 1_000, maxPingOut: 2, timeout: 2_000 };
/** Milliseconds in which JetStream has to answer. */
const ANSWER = 2_000;
/** Nanoseconds of a millisecond. */
const NANOS = 1_000_000;
