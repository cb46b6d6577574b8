import { EMPTY, mergeMap, type Observable, of } from 'rxjs';
import {
  type ChannelBehavior,
  type ChannelCommand,
  type Connection,
  emit,
  event,
  kick,
  push,
  refuse,
  room,
} from '../../../lib/channels/index.js';
import { type Command, done, exit, is, type Message, reply } from '../../../lib/index.js';

export const said = event<unknown>('said');

/** A behaviour that writes down who comes and goes, and does what the names of events say. */
export function noting(log: string[]): ChannelBehavior {
  return (inbox, self) =>
    inbox.pipe(
      mergeMap((message) => {
        const { connection } = message.payload as { connection: Connection };
        if (is(message, room.joined)) {
          log.push(`${connection.identity} joined${message.payload.rejoined ? ' again' : ''}`);
        }
        if (is(message, room.left))
          log.push(`${connection.identity} left: ${message.payload.reason}`);
        if (!is(message, room.event)) return EMPTY;
        return act(message, message.payload, [self.args[0], self.pid]);
      }),
    );
}

type Given = { readonly event: string; readonly data: unknown; readonly connection: Connection };

function act(
  message: Message,
  { event: name, data, connection }: Given,
  me: readonly unknown[],
): Observable<Command | ChannelCommand> {
  switch (name) {
    case 'boom':
      throw new Error('boom');
    case 'end':
      return of(done());
    case 'exit':
      return of(exit('shutdown'));
    case 'me':
      return of(reply(message, me));
    case 'say':
      return of(emit(said, data));
    case 'ok':
      return of(reply(message, data), emit(said, data));
    case 'twice':
      return of(reply(message, 1), reply(message, 2));
    case 'no':
      return of(refuse(message, ...(data as [])));
    case 'others':
      return of(emit(said, data, { exclude: [connection.pid] }));
    case 'whisper':
      return of(push(connection, said, data));
    case 'out':
      return of(kick(connection, 'enough', { retry: data === true }));
    default:
      return EMPTY;
  }
}
