import { channel, emit, event, ofEvent } from 'rx-process/channels';
import { map } from 'rxjs';
import { z } from 'zod';

/** What a client may send. Anything else is answered with what is wrong about it, and does not come here. */
export const say = event('say', { data: z.object({ text: z.string().trim().min(1).max(1_000) }) });

/** What all in the channel get. */
export const said = event<{ user: string; text: string }>('said');

/**
 * A channel for each name that begins with `chat:`. Each is a process of its own: it starts when somebody joins, and is
 * started anew if it crashes. Its behaviour maps what comes in to commands, which are data, and performs nothing.
 */
export const chat = channel('chat:*', {
  events: [say],
  // Clients see who is there, and get what was said before they came, or while they were away.
  presence: true,
  history: { size: 100 },
  behavior: (inbox) =>
    inbox.pipe(
      ofEvent(say),
      map(({ connection: { identity = 'somebody' }, data: { text } }) =>
        emit(said, { user: identity, text }),
      ),
    ),
});
