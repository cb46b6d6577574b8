import type { Pid } from '../../core/index.js';
import type { ChannelCluster } from './channelCluster.js';
import { homeName } from './homeName.js';

/** Finds the home of a channel of a manager, or makes it here: a process of the behaviour `id`, under its name. */
export function claimHome(
  names: ChannelCluster['names'],
  id: string,
  manager: string | undefined,
): (channel: string, found: (home: Pid | undefined) => void) => void {
  return (channel, found) => {
    let isFound = false;
    const options = { args: [manager, channel], host: HOST };
    names.claim(homeName(manager, channel), id, options).subscribe({
      next: (home) => {
        isFound = true;
        found(home);
      },
      error: () => found(undefined),
      complete: () => isFound || found(undefined),
    });
  };
}

/** That of the processes of channels, with which their homes end (B34). */
const HOST = 'channels';
