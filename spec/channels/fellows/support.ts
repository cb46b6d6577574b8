import { type ChannelOptions, channel, type ManagerOptions } from '../../../lib/channels/index.js';
import { insideOf } from '../../../lib/core/index.js';
import { ChannelTest } from '../../../lib/testing/channels/channelTest.js';
import { Stage } from '../../../lib/testing/channels/stage.js';
import { type Nodes, nodesOf } from '../../cluster/support/nodes.js';

/** A manager on each of several nodes, with clients in memory; all on one clock. */
export function managersOf(
  names: readonly string[],
  channels: Readonly<Record<string, ChannelOptions>> = {},
  options: ManagerOptions = {},
): Managers {
  const scope = options.name === undefined ? 'channels' : `channels:${options.name}`;
  const nodes = nodesOf(names, { scopes: { counted: [scope] } });
  const defined = Object.entries(channels).map(([name, given]) => channel(name, given));
  const tests = nodes.nodes.map(({ system, cluster }, at) => {
    const given = { channels: defined, ...options, cluster };
    const stage = new Stage(given, nodes.scheduler, undefined, undefined, system);
    let ids = 0;
    // What no two nodes may have alike.
    stage.inside.broker.newId = (what) => `${names[at]}-${what.slice(0, 4)}${++ids}`;
    return new ChannelTest(stage);
  });
  nodes.advance(10);
  return { ...nodes, tests };
}

export interface Managers extends Nodes {
  /** One for each node. */
  readonly tests: readonly ChannelTest[];
}

/** The inside of a node's manager. */
export const brokerOf = ({ manager }: ChannelTest) => manager[insideOf].broker;
