import { type ClientMessage, channel, event, WebSocketMessage } from 'rx-process/channels';
import { map, type Observable } from 'rxjs';
import { z } from 'zod';

/** What a client may send: anything else is refused before it comes here. */
export const say = event('say', { data: z.object({ text: z.string().trim().min(1).max(1_000) }) });

export const chat = channel('chat:*', { events: [say] });

/** What is said goes to all in the room. */
export const answers = (messages$: Observable<ClientMessage>) =>
  messages$.pipe(
    map(({ connection, channel, payload }) => {
      const { data } = payload as { data: { text: string } };
      const message = WebSocketMessage.event('said', {
        user: connection.identity,
        text: data.text,
      });
      return { channel: channel as string, message };
    }),
  );
