import { type Message, ProcessError, shown } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import type { Aimed, Aiming, FellowsPort } from '../broker/fellowsPort.js';
import type { HistoryStore } from '../history/historyStore.js';
import type { Encoded } from '../messages/encoded.js';
import type { Channel } from '../table/channel.js';
import { FarClients } from './farClients.js';
import { FellowProcess } from './fellowProcess.js';
import { FreeChannels } from './freeChannels.js';

/**
 * The managers of other nodes in a cluster. A channel without history and behaviour is *free*: each node sends by itself
 * to all. Any other has a *home*: the one process in the cluster that gives its messages their order.
 *
 * The room `fellows` has what channels are across nodes: begin here; `frames.ts` is what nodes say to each other, and
 * `fellowProcess.ts` who says it.
 */
export class Fellows implements FellowsPort {
  readonly scope: string;
  readonly process: FellowProcess;
  clients!: FarClients;
  #free!: FreeChannels;

  constructor(readonly broker: Broker) {
    const { name } = broker;
    this.scope = name === undefined ? 'channels' : `channels:${name}`;
    this.process = new FellowProcess(broker, (own) => {
      this.#free = new FreeChannels(broker, own);
      this.clients = new FarClients(broker, own);
      return [this.#free, ...this.clients.parts];
    });
  }

  send(channel: Channel | undefined, encoded: Encoded, options: Aimed): number {
    return this.#free.send(channel, encoded, options);
  }

  takerFor(channel: Channel): (message: Message) => void {
    return (message) => this.#free.taken(channel, message);
  }

  sendToAll(encoded: Encoded, aiming: Aiming): number {
    return this.#free.sendToAll(encoded, aiming);
  }

  storeOf(): HistoryStore | undefined {
    return undefined;
  }

  ready(_name: string, run: (isReady: boolean) => void): () => void {
    run(true);
    return () => {};
  }

  delete(): boolean | undefined {
    return undefined;
  }

  begin(): void {
    this.process.begin();
  }

  end(): void {
    this.process.end();
  }
}

/** The fellows of a manager. @throws ProcessError `Invalid` for what is no cluster, or does not count its channels. */
export function fellowsOf(broker: Broker, cluster: ChannelCluster): Fellows {
  const invalid = (text: string) =>
    new ProcessError('Invalid', `createWebSocketManager: cluster: ${text}`);
  if (typeof cluster?.isCounted !== 'function') {
    throw invalid(`give a cluster, from joinCluster(), not ${shown(cluster)}`);
  }
  const fellows = new Fellows(broker);
  const { scope } = fellows;
  if (cluster.isCounted(scope)) return fellows;
  throw invalid(`joinCluster(system, { scopes: { counted: ['${scope}'] } }) is needed for it`);
}

/** What is needed of a cluster; `joinCluster` gives one. */
export interface ChannelCluster {
  /** Whether other nodes are told only how many are in the groups of a scope (D48). */
  isCounted(scope: string): boolean;
}
