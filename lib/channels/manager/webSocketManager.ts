import { insideOf, knownOptions } from '../../core/index.js';
import type { Info, Stats } from '../../protocol/index.js';
import { define } from '../broker/define.js';
import type { ChannelDefinition } from '../definitions/channelDefinition.js';
import type { Connection } from '../definitions/connection.js';
import { reauthorize } from '../wire/reauthorize.js';
import { infoOf } from './infoOf.js';
import type { Inside } from './inside.js';
import { ManagerClosing } from './managerClosing.js';
import { shareStats, statsOfAll } from './statsOfAll.js';

/**
 * The connections and channels of a system; `createWebSocketManager` makes one. The id of a connection is its PID, and
 * none that has ended is ever counted or listed.
 */
export class WebSocketManager extends ManagerClosing {
  /** @internal */
  constructor(inside: Inside) {
    super(inside);
    shareStats(inside);
  }

  /** Defines channels; a second definition of a pattern replaces the first for joins from then on (B13). */
  define(...definitions: readonly ChannelDefinition[]): void {
    const { broker } = this[insideOf];
    for (const definition of definitions) {
      define(broker, definition);
      const channel = broker.channels.find(definition.pattern);
      if (channel !== undefined) channel.own = undefined;
    }
  }

  /**
   * Asks the `join` hooks again for those who are members already, and ends the memberships that they refuse (B32).
   *
   * @returns how many it has ended
   * @example await manager.reauthorize(({ identity }) => identity === 'ann');
   */
  reauthorize(where?: (connection: Connection, channel: string) => boolean): Promise<number> {
    return reauthorize(this[insideOf].broker, where);
  }

  /** What it is: endpoints, definitions, limits (CL2). Nothing of it says who anybody is. */
  info(): Info {
    return infoOf(this[insideOf]);
  }

  /**
   * What it has counted since it was made, and memory and event loop of the Node process (CL2). The event loop is
   * watched from the first call on, and `event_loop_p99_ms` is of the time since the last one; at first it is `null`.
   *
   * In a cluster these are the sums of all nodes, whose names are `nodes`, those of others at most a second old, but memory up to ten,
   * and `event_loop_p99_ms` is the worst (CN50).
   *
   * @param options `node`: of the node with this name alone
   * @throws ProcessError `NotFound`: there is no such node; `Invalid`: an option
   */
  stats(options: { readonly node?: string | undefined } = {}): Stats {
    knownOptions('stats', options, { node: true });
    return statsOfAll(this[insideOf], options.node);
  }
}
