import { countOption, type Known, knownOptions, ProcessError, shown } from '../core/index.js';
import { isNodeName } from './membership/incarnate.js';
import {
  type MembershipOptions,
  type MembershipPlan,
  membershipPlan,
} from './membership/membershipPlan.js';
import { natsTransport } from './transport/natsTransport.js';
import type { NatsTransportOptions } from './transport/natsTransportOptions.js';
import type { TransportFactory } from './transport/transport.js';

/** Options of `joinCluster`. All nodes of a cluster give the same `cluster`, `maxMessage` and `scopes`. */
export interface ClusterOptions extends MembershipOptions, NatsTransportOptions {
  /** Its name, of the letters of a node's name; default `main`. Nodes of another one are not seen. */
  readonly cluster?: string | undefined;
  /** What other nodes see of this one beside its name, `{ zone: 'eu-1' }` say: plain data. */
  readonly meta?: unknown;
  /** The ids of behaviours that other nodes may start here; default: none (D39). */
  readonly spawnable?: readonly string[] | undefined;
  /**
   * Scopes of groups that are not shared, or of which others know only how many members a group has (D46, D48);
   * default: none is local, and those of channels are counted.
   */
  readonly scopes?:
    | {
        readonly local?: readonly string[] | undefined;
        readonly counted?: readonly string[] | undefined;
      }
    | undefined;
  /** Bytes of the largest message, as it crosses; default 16 MiB (D22). */
  readonly maxMessage?: number | undefined;
  /** How many servers of a NATS cluster keep the `@` names: 1, 3 or 5; default 1 (D41). */
  readonly replicas?: number | undefined;
  /** Carries the context of a request (`createSystem({ context })`) to other nodes; default: it stays here (D31). */
  readonly propagate?: Propagate | undefined;
  /** In place of NATS, for tests: `memoryNats().transport()` of `rx-process/testing`. */
  readonly transport?: TransportFactory | undefined;
}

/** How the store of a context crosses, with messages, calls and spawns. */
export interface Propagate {
  /** What of a store crosses: plain data, a request's id say; `undefined`: nothing. */
  out(store: unknown): unknown;
  /** The store, on the other node, with what has come. */
  in(value: unknown): unknown;
}

/** The options as read, with their defaults. */
export interface ClusterPlan extends MembershipPlan {
  readonly cluster: string;
  readonly meta: unknown;
  readonly spawnable: ReadonlySet<string>;
  readonly localScopes: ReadonlySet<string>;
  readonly countedScopes: Pick<ReadonlySet<string>, 'has'>;
  readonly maxMessage: number;
  readonly replicas: number;
  readonly propagate: Propagate | undefined;
  readonly transport: TransportFactory;
}

const OPTIONS: Known<ClusterOptions> = {
  ...{ beat: true, silence: true, outage: true, servers: true, nats: true, cluster: true },
  ...{ meta: true, spawnable: true, scopes: true, maxMessage: true, replicas: true },
  ...{ propagate: true, transport: true },
};

/** Reads the options for the node with an id. @throws ProcessError `Invalid`. */
export function readClusterOptions(node: string | undefined, options: ClusterOptions): ClusterPlan {
  knownOptions('joinCluster', options, OPTIONS);
  const { cluster = 'main', meta, scopes = {}, maxMessage = MAX_MESSAGE, replicas = 1 } = options;
  const { servers, nats, transport } = options;
  if (!isNodeName(cluster)) {
    const rule = '1 to 40 of A-Z, a-z, 0-9, _ and - (D18)';
    throw new ProcessError('Invalid', `cluster: ${shown(cluster)} is no name; give ${rule}`);
  }
  knownOptions('joinCluster: scopes', scopes, { local: true, counted: true });
  if (transport !== undefined && typeof transport !== 'function') {
    const hint = 'memoryNats().transport() gives one';
    throw new ProcessError('Invalid', `transport: ${shown(transport)} is none; ${hint}`);
  }
  const local = texts('scopes.local', scopes.local);
  return {
    ...membershipPlan(node, options),
    cluster,
    meta,
    spawnable: texts('spawnable', options.spawnable),
    localScopes: local,
    countedScopes: countedBeside(local, texts('scopes.counted', scopes.counted)),
    maxMessage: countOption('maxMessage', maxMessage, { min: 1_024, max: 1024 ** 3 }),
    replicas: readReplicas(replicas),
    propagate: readPropagate(options.propagate),
    transport: transport === undefined ? natsTransport({ servers, nats }) : checked(transport),
  };
}

const MAX_MESSAGE = 16 * 1024 * 1024;

/** What it makes is looked at before anything is made of it. */
function checked(transport: TransportFactory): TransportFactory {
  return (place) => {
    const made = transport(place);
    if (typeof Object(made).publish === 'function') return made;
    throw new ProcessError('Invalid', `transport has made ${shown(made)}, which is none (D69)`);
  };
}

/** An even number of servers keeps no more than one less does. */
function readReplicas(given: number): number {
  if (given === 1 || given === 3 || given === 5) return given;
  throw new ProcessError('Invalid', `replicas: ${shown(given)} is none of 1, 3 and 5 (D41)`);
}

/** Those of channels are counted without being asked for: a list of all connections on all nodes is for nobody (D48). */
const countedBeside = (
  local: ReadonlySet<string>,
  counted: ReadonlySet<string>,
): ClusterPlan['countedScopes'] => ({
  has: (scope) => !local.has(scope) && (counted.has(scope) || /^channels(:|$)/.test(scope)),
});

function readPropagate(given: Propagate | undefined): Propagate | undefined {
  if (given === undefined) return undefined;
  knownOptions('joinCluster: propagate', given, { out: true, in: true });
  if (typeof given.out === 'function' && typeof given.in === 'function') return given;
  throw new ProcessError('Invalid', 'propagate has two functions, out and in');
}

function texts(name: string, given: readonly string[] | undefined): ReadonlySet<string> {
  const isList = given === undefined || Array.isArray(given);
  if (isList && (given ?? []).every((each) => typeof each === 'string')) return new Set(given);
  throw new ProcessError('Invalid', `${name} is a list of texts, not ${shown(given)}`);
}
