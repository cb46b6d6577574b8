import { Peer } from '../../lib/testing/faults/peer.js';
import { targetOf } from '../../lib/testing/faults/target.js';
import { onCleanup, within } from '../express/support.js';

/** So many connect at once; more than the queue of a listening socket holds would wait for TCP's second try. */
const AT_ONCE = 200;

/**
 * Opens many connections in this process, of clients that answer neither a ping nor a close frame. With the
 * server in the same process, each needs two open files.
 */
export async function deafClients(url: string, count: number): Promise<readonly Peer[]> {
  const target = targetOf('spec', url);
  const peers: Peer[] = [];
  onCleanup(() => {
    for (const peer of peers) peer.stop('left');
  });
  const open = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const peer = new Peer(target, { isDeaf: true, open: () => resolve() });
      peers.push(peer);
      void peer.ended.then((ended) => reject(new Error(`${peers.length} clients: ${ended}`)));
    });
  while (peers.length < count) {
    const batch = Array.from({ length: Math.min(AT_ONCE, count - peers.length) }, open);
    await within(Promise.all(batch), `${count} clients`, 10_000);
  }
  return peers;
}
