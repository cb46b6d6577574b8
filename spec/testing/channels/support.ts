import { channel, event } from '../../../lib/channels/index.js';
import { type ChannelTest, channelTest } from '../../../lib/testing/index.js';

/** An event of clients, and the one by which everybody hears of it. */
export const say = event<{ text: string }>('say');
export const said = event<{ user: string; text: string }>('said');

/** A chat whose messages are broadcast, each request being answered by how many heard it. */
export function chatTest(options: Parameters<typeof channelTest>[0] = {}): ChannelTest {
  const t = channelTest({
    channels: [channel('chat:*'), channel('secret', { isPrivate: true })],
    ...options,
  });
  const { manager } = t;
  manager.messages$.subscribe((message) => {
    const { channel: name = '', connection, payload } = message;
    const { event: asked, data } = payload as { event: string; data: { text: string } };
    if (asked !== say.name) return void message.fail('failed', `no ${asked}`);
    const user = connection.identity ?? 'somebody';
    const heard = manager.sendToChannel(name, {
      type: 'event',
      payload: { event: said.name, data: { user, text: data.text } },
      timestamp: 0,
    });
    message.reply({ heard });
  });
  return t;
}

/** The text of what a function throws. */
export function textOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it has thrown nothing');
}
