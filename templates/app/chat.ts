import { ofTopic } from 'rx-process';
import { type Connection, channel, emit, event, ofEvent, room } from 'rx-process/channels';
import { filter, map, merge } from 'rxjs';
import { z } from 'zod';

/** What a client may send. Anything else is answered with what is wrong about it, and does not come here. */
export const say = event('say', { data: z.object({ text: z.string().trim().min(1).max(1_000) }) });

/** What all in the channel get. */
export const said = event<{ user: string; text: string }>('said');
export const came = event<{ user: string }>('came');
export const went = event<{ user: string }>('went');

/**
 * A channel for each name that begins with `chat:`. Each is a process of its own: it starts when somebody joins, and is
 * started anew if it crashes. Its behaviour maps what comes in to commands, which are data, and performs nothing.
 */
export const chat = channel('chat:*', {
  events: [say],
  behavior: (inbox) =>
    merge(
      inbox.pipe(
        ofTopic(room.joined),
        // Who was here before a crash has not come again.
        filter(({ payload }) => !payload.rejoined),
        map(({ payload }) => emit(came, userOf(payload.connection))),
      ),
      inbox.pipe(
        ofEvent(say),
        map(({ connection, data }) => emit(said, { ...userOf(connection), text: data.text })),
      ),
      inbox.pipe(
        ofTopic(room.left),
        map(({ payload }) => emit(went, userOf(payload.connection))),
      ),
    ),
});

const userOf = ({ identity = 'somebody' }: Connection) => ({ user: identity });
