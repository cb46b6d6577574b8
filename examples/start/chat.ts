import * as t from 'io-ts';
import { ofTopic, reply, send } from 'rx-process';
import {
  type ChannelBehavior,
  type Connection,
  channel,
  emit,
  event,
  type HistoryStore,
  type Joined,
  type JoinRequest,
  ofEvent,
  type RoomEvent,
  type RoomSelf,
  room,
} from 'rx-process/channels';
import { filter, map, merge, mergeMap, take } from 'rxjs';
import { isName } from './names.js';
import { seen, WATCH } from './watch.js';

/** The longest message, in characters. */
export const MAX_TEXT = 2_000;
const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= MAX_TEXT;
const text = new t.Type<string>(
  `a text of at most ${MAX_TEXT} characters`,
  isText,
  (value, context) => (isText(value) ? t.success(value) : t.failure(value, context)),
  t.identity,
);

/** What clients may send to a room; the last one crashes it, so that its restart can be seen. */
export const say = event('say', { data: t.type({ text }) });
export const typing = event('typing');
export const crash = event('crash');

/** What a room tells its members. */
export const said = event<{ readonly user: string; readonly text: string }>('said');
export const types = event<{ readonly user: string }>('typing');
export const restarted = event<null>('restarted');

const PREFIX = 'chat:';
const nameOf = ({ identity = '' }: Connection): string => identity;

/** The talk: a pure function of what a room is told. It has no list of addresses: `emit` is to all members. */
const talk: ChannelBehavior = (inbox) => {
  const restarted$ = inbox.pipe(
    ofTopic(room.joined),
    // It is told of each member that it had before.
    filter(({ payload }) => payload.rejoined),
    take(1),
    map(() => emit(restarted, null, { record: false })),
  );
  const said$ = inbox.pipe(
    ofEvent(say),
    mergeMap((message) => {
      const { connection, data } = message;
      return [emit(said, { user: nameOf(connection), ...data }), reply(message, null)];
    }),
  );
  const typing$ = inbox.pipe(
    ofEvent(typing),
    map(({ connection }) =>
      emit(types, { user: nameOf(connection) }, { exclude: [connection.pid] }),
    ),
  );
  return merge(restarted$, said$, typing$);
};

/** The bug: an error that nobody catches. */
const bug: ChannelBehavior = (inbox, self) =>
  inbox.pipe(
    ofEvent(crash),
    map(({ connection }) => {
      throw new Error(`${nameOf(connection)} has crashed ${roomOf(self)}`);
    }),
  );

/** Tells the watch of all that the room is told. It is subscribed first, so that it tells of the bug as well. */
const reporter: ChannelBehavior = (inbox, self) =>
  inbox.pipe(
    ofTopic(room.joined, room.event, room.left),
    map(({ topic, payload }) => {
      const { connection } = payload;
      const who = { pid: connection.pid, user: nameOf(connection), room: roomOf(self) };
      return send(WATCH, seen, { topic, ...who, detail: detailOf(payload) });
    }),
  );

function detailOf(payload: RoomEvent | Joined | { readonly reason: string }): string {
  if ('event' in payload) return payload.event === say.name ? textOf(payload.data) : payload.event;
  if ('reason' in payload) return payload.reason;
  return payload.rejoined ? 'still here' : 'connected';
}

const textOf = (data: unknown): string => String((data as { text?: unknown } | null)?.text);
/** The room whose process it is. */
const roomOf = (self: RoomSelf): string => self.args[0].channel.slice(PREFIX.length);

/** What a room does, all together; devtools call it so, and can make a spec of it. */
export const conversation: ChannelBehavior = (inbox, self) =>
  merge(reporter(inbox, self), bug(inbox, self), talk(inbox, self));

/** A room: a process that is there while somebody is in it, and a little longer. What was said stays, in the store. */
export const chat = (store?: HistoryStore) =>
  channel(`${PREFIX}*`, {
    description: 'Rooms to chat in',
    join: ({ channel, connection }: JoinRequest) => {
      if (connection.identity === undefined) return false;
      if (isName(channel.slice(PREFIX.length))) return true;
      return { refused: 'bad_request', message: 'room: give 1 to 32 characters' };
    },
    events: [say, typing, crash],
    behavior: conversation,
    presence: true,
    history: { size: 200, ttl: '168h', store },
    linger: '15s',
    // Not counted, as they come from people who push a button.
    restart: { intensity: Number.POSITIVE_INFINITY },
  });
