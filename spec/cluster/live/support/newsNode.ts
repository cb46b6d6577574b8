import {
  channel,
  createWebSocketManager,
  WebSocketMessage,
} from '../../../../lib/channels/index.js';
import { incarnate, joinCluster } from '../../../../lib/cluster/index.js';
import { createSystem } from '../../../../lib/index.js';
import { jetStreamStore } from '../../../../lib/jetstream/index.js';

/** A node that sends numbers to a channel, and keeps all that is sent there, with its offset. */
export async function newsNode(name: string, servers: readonly string[]) {
  const system = createSystem({ node: incarnate(name), logger: false });
  const cluster = joinCluster(system, { servers, replicas: 3 });
  await cluster.ready();
  const store = await jetStreamStore({ servers, replicas: 3 });
  const news = channel('news', { history: { size: 100_000, bytes: 2 ** 24, store } });
  const manager = createWebSocketManager(system, { cluster, channels: [news] });
  const heard: string[] = [];
  manager.channel('news').published$.subscribe(({ offset, payload }) => {
    heard.push(`${offset} ${payload}`);
  });
  const sent: string[] = [];
  const sending = setInterval(() => {
    sent.push(`${name}${sent.length}`);
    manager.sendToChannel('news', WebSocketMessage.text(sent.at(-1) as string));
    // Slow enough for what the home holds: three servers may take ten seconds for another leader.
  }, 50);
  const end = async (): Promise<void> => {
    clearInterval(sending);
    await system.shutdown();
    await store.close?.();
  };
  return { heard, sent, sending, end, epoch: () => manager.channel('news').position?.epoch };
}

export type NewsNode = Awaited<ReturnType<typeof newsNode>>;
