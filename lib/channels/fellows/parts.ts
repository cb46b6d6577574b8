import type { Behavior } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import type { ChannelCluster } from './channelCluster.js';
import { FarClients } from './farClients.js';
import { FellowProcess } from './fellowProcess.js';
import { FreeChannels } from './freeChannels.js';
import { HomedChannels } from './homedChannels.js';
import { homeName } from './homeName.js';
import { Homes } from './homes.js';

/** What the fellows of a manager are made of. */
export function parts(broker: Broker, { names }: ChannelCluster): Parts {
  const { kernel, name: manager } = broker;
  const id = manager === undefined ? 'rx:channel' : `rx:channel:${manager}`;
  const own = new FellowProcess(broker, () => [free, homed, homes, ...clients.parts]);
  const clients: FarClients = new FarClients(broker, own);
  const free: FreeChannels = new FreeChannels(broker, own);
  const homed: HomedChannels = new HomedChannels(broker, own, {
    claim(name, found) {
      let isFound = false;
      const claimed$ = names.claim(homeName(manager, name), id, { args: [manager, name] });
      claimed$.subscribe({
        next: (home) => {
          isFound = true;
          found(home);
        },
        error: () => found(undefined),
        complete: () => isFound || found(undefined),
      });
    },
    release: (home) => homes.release(home),
  });
  const homes: Homes = new Homes(broker, own, homed);
  const begin = (): void => {
    kernel.behaviors.set(id, homes.behavior as Behavior);
    own.begin();
  };
  return { process: own, free, homed, homes, clients, begin };
}

/** The parts by what they are for. */
export interface Parts {
  readonly process: FellowProcess;
  readonly free: FreeChannels;
  readonly homed: HomedChannels;
  readonly homes: Homes;
  readonly clients: FarClients;
  /** The manager's process has begun. */
  begin(): void;
}
