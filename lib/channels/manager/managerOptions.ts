import { type Known, knownOptions, ProcessError } from '../../core/index.js';
import type { ChannelDefinition } from '../definitions/channelDefinition.js';
import type { LimitOptions } from '../definitions/limitOptions.js';
import type { ChannelCluster } from '../fellows/channelCluster.js';

/** Options of `createWebSocketManager`. */
export interface ManagerOptions {
  /** What is said of channels; more by `manager.define`. Default: nothing, so that all are public. */
  readonly channels?: readonly ChannelDefinition[] | undefined;
  /** Whether clients may subscribe what neither exists nor is defined; default true. */
  readonly implicitChannels?: boolean | undefined;
  readonly limits?: LimitOptions | undefined;
  /** Tells several managers of one system apart; the groups of its channels are in the scope of this name. */
  readonly name?: string | undefined;
  /**
   * The cluster that its system has joined, as `joinCluster` gives it: what is sent to a channel gets to its members on all
   * nodes. All nodes define their channels alike. Default: the channels are of this node alone.
   */
  readonly cluster?: ChannelCluster | undefined;
}

/** @throws ProcessError `Invalid` naming the one that is wrong. */
export function checkManagerOptions(options: ManagerOptions): void {
  knownOptions('createWebSocketManager', options, OPTIONS);
  const { channels = [], implicitChannels = true, name } = options;
  const invalid = (text: string) => new ProcessError('Invalid', `createWebSocketManager: ${text}`);
  if (!Array.isArray(channels)) throw invalid('channels: give a list of channel(…)');
  if (typeof implicitChannels !== 'boolean') throw invalid('implicitChannels: give true or false');
  if (name === undefined || (typeof name === 'string' && name !== '')) return;
  throw invalid('name: give a non-empty text');
}

const OPTIONS: Known<ManagerOptions> = {
  channels: true,
  implicitChannels: true,
  limits: true,
  name: true,
  cluster: true,
};
