import { type Message, type Pid, ProcessError, parsePid, shown } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import type { Aimed, Aiming, FellowsPort } from '../broker/fellowsPort.js';
import type { HistoryPlan } from '../history/historyOptions.js';
import type { HistoryStore, Position } from '../history/historyStore.js';
import type { Encoded } from '../messages/encoded.js';
import type { Channel } from '../table/channel.js';
import type { ChannelCluster } from './channelCluster.js';
import { type Parts, parts } from './parts.js';
import { sendHomed } from './sendHomed.js';

/**
 * The managers of other nodes in a cluster. A channel without history and behaviour is *free*: each node sends by itself
 * to all. Any other has a *home*: the one process in the cluster that gives its messages their order.
 *
 * The room `fellows` has what channels are across nodes: begin here; `frames.ts` is what nodes say to each other, and
 * `fellowProcess.ts` who says it. `freeChannels.ts` has free channels; of the others `homedChannels.ts` has those that this node has
 * to do with, and `homes.ts` those whose home is here.
 */
export class Fellows implements FellowsPort {
  readonly scope: string;
  readonly parts: Parts;

  constructor(
    readonly broker: Broker,
    rooms: Parameters<typeof parts>[1],
    cluster: ChannelCluster,
  ) {
    const { name } = broker;
    this.scope = name === undefined ? 'channels' : `channels:${name}`;
    this.parts = parts(broker, rooms, cluster);
  }

  get people(): Parts['people'] {
    return this.parts.people;
  }

  behind(name: string, run: () => void): void {
    const home = this.parts.homed.find(name)?.home;
    if (home === undefined) run();
    else home.behind(run);
  }

  get clients(): Parts['clients'] {
    return this.parts.clients;
  }

  send(channel: Channel | undefined, encoded: Encoded, options: Aimed): number {
    const { free, homed } = this.parts;
    if (this.broker.hasEnded) return nobody(options);
    const isHomed = homed.isHomed(encoded.channel as string);
    if (isHomed) return sendHomed(this.broker, homed, encoded, options);
    return free.send(channel, encoded, options);
  }

  takerFor(channel: Channel): (message: Message) => void {
    let isFirst = true;
    return (message) => {
      if (isFirst && this.parts.homed.isHomed(channel.name)) this.#differs(channel, message);
      isFirst = false;
      this.parts.free.taken(channel, message);
    };
  }

  /** The other node has no home for it, so neither have its members what is sent by way of that (CN1). */
  #differs({ name }: Channel, { from }: Message): void {
    const there = `has a history or a behavior here, and neither on ${parsePid(from as Pid).node}`;
    this.broker.warn('channels', `${name} ${there}: define the same channels on all nodes`);
  }

  sendToAll(encoded: Encoded, aiming: Aiming): number {
    return this.parts.free.sendToAll(encoded, aiming);
  }

  storeOf(name: string, plan: HistoryPlan): HistoryStore | undefined {
    const { homed } = this.parts;
    const channel = homed.find(name);
    if (channel?.home !== undefined) return this.broker.histories.storeOf(plan);
    return channel?.replica.isKept ? homed.replicas : undefined;
  }

  isAttended(name: string): boolean {
    return (this.parts.homed.find(name)?.home?.attendants.size ?? 0) > 0;
  }

  isReady(name: string, since?: Position): boolean {
    const { homed } = this.parts;
    return !homed.isHomed(name) || homed.find(name)?.isReadyFor(since) === true;
  }

  ready(name: string, run: (isReady: boolean) => void, since?: Position): () => void {
    const { homed } = this.parts;
    if (!homed.isHomed(name)) return atOnce(run);
    const channel = homed.open(name);
    if (channel.isReadyFor(since)) {
      channel.attend();
      return atOnce(run);
    }
    const { broker } = this;
    const clock = broker.after(broker.limits.joinTimeout, () => {
      stop();
      run(false);
    });
    const stop = channel.whenReady(() => {
      clock.unsubscribe();
      run(true);
    });
    return () => {
      clock.unsubscribe();
      stop();
    };
  }

  heard(name: string): void {
    const { homed } = this.parts;
    if (!homed.isHomed(name)) return;
    this.broker.channels.open(name);
    homed.open(name).attend();
  }

  delete(name: string): boolean {
    const { homed, free } = this.parts;
    if (this.broker.hasEnded) return false;
    const { channels } = this.broker;
    const isElsewhere = channels.groupOf(name)?.others !== undefined;
    if (!homed.isHomed(name)) {
      free.deleteElsewhere(name);
      return homed.deleteHere(name) || isElsewhere;
    }
    const isHere = channels.find(name) !== undefined;
    homed.open(name).delete();
    return isHere || isElsewhere;
  }

  begin(): void {
    this.parts.begin();
  }

  end(): void {
    this.parts.own.end();
  }
}

/** A manager whose process has ended sends nothing, or a channel would have its home where nobody serves it. */
function nobody({ done }: Aimed): number {
  done?.(undefined);
  return 0;
}

function atOnce(run: (isReady: boolean) => void): () => void {
  run(true);
  return () => {};
}

export type { ChannelCluster };

/** The fellows of a manager. @throws ProcessError `Invalid` for what is no cluster of its system, or does not count its channels. */
export function fellowsOf(
  broker: Broker,
  rooms: Parameters<typeof parts>[1],
  cluster: ChannelCluster,
): Fellows {
  const invalid = (text: string) =>
    new ProcessError('Invalid', `createWebSocketManager: cluster: ${text}`);
  if (typeof cluster?.isCounted !== 'function') {
    throw invalid(`give a cluster, from joinCluster(), not ${shown(cluster)}`);
  }
  if (cluster.node.id !== broker.kernel.node) {
    throw invalid(`give that of the manager's own system: this is one of ${cluster.node.id}`);
  }
  const fellows = new Fellows(broker, rooms, cluster);
  const { scope } = fellows;
  if (cluster.isCounted(scope)) return fellows;
  throw invalid(`take '${scope}' out of scopes.local of joinCluster(), as its channels are shared`);
}
