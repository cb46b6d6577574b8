/** Checked by `tsc --noEmit`, never run: a server of channels whole, as a user writes it with the public names alone. */
import type { Application } from 'express';
import { createSystem, is, type Message, ofTopic, reply, transition } from 'rx-process';
import {
  accept,
  type ChannelBehavior,
  type ChannelCommand,
  channel,
  createWebSocketManager,
  type ErrorCode,
  emit,
  encodeMessage,
  event,
  fromDomainEvents,
  type JoinAnswer,
  type JoinRequest,
  type MessageType,
  ofEvent,
  push,
  room,
  WebSocketMessage,
  type WireMessage,
  websocketManager,
} from 'rx-process/channels';
import { loadRouters } from 'rx-process/config';
import { adminRoutes, websocketRoutes } from 'rx-process/express';
import { auditTime, groupBy, map, merge, mergeMap, type Observable, of, scan } from 'rxjs';

export const say = event<{ text: string }, { ok: true }>('say');
export const said = event<{ user: string; text: string }>('said');
export const welcome = event<{ topic: string }>('welcome');

/** A room whose process greets who comes, and tells all what one says. */
export const chat = channel('chat:*', {
  join: ({ connection }) => connection.identity !== undefined,
  behavior: (inbox) =>
    merge(
      inbox.pipe(
        ofTopic(room.joined),
        map(({ payload }) => push(payload.connection, welcome, { topic: 'be kind' })),
      ),
      inbox.pipe(
        ofEvent(say),
        mergeMap((message) => [
          emit(said, { user: message.connection.identity ?? '?', text: message.data.text }),
          reply(message, { ok: true }),
        ]),
      ),
    ),
  events: [say],
});

type Board = { readonly cells: string };

/** A process that admits, and gives its state to who comes. */
export const game = channel('game:*', {
  admit: 'behavior',
  restart: { intensity: 5, period: '10s' },
  behavior: (inbox) =>
    inbox.pipe(
      transition<Board, Message, ChannelCommand>([{ cells: '.........' }], (board, message) =>
        is(message, room.join) ? [board, accept(message, { state: board })] : [board],
      ),
    ),
});

/** A hook of its own, with the type of its answer, by an observable. */
export const audited = channel('audit:*', {
  join: ({ connection, params }: JoinRequest<{ key: string }>): Observable<JoinAnswer> =>
    of(params.key === connection.identity ? { expiresIn: '1h' } : { refused: 'expired' }),
  coalesce: '50ms',
});

const system = createSystem();
const manager = createWebSocketManager(system, {
  channels: [chat, game, audited],
  implicitChannels: false,
  limits: { channels: 64, joinTimeout: '2s' },
});
const vote = event<{ choice: string }>('vote');
manager.messages$
  .pipe(
    ofEvent(vote),
    groupBy(({ payload }) => payload.data.choice),
    mergeMap((votes$) =>
      votes$.pipe(
        scan((n) => n + 1, 0),
        auditTime(250),
        map((n) => WebSocketMessage.event('tally', { choice: votes$.key, n })),
      ),
    ),
  )
  .subscribe((message) => manager.sendToChannel('votes', message));

const failure: ErrorCode = 'rate_limited';
const type: MessageType = 'json';
const message: WireMessage = { type, payload: failure, timestamp: 1_762_000_000 };
const mapFor = (_: unknown, given: WireMessage): WireMessage | undefined => given;
const text: string = encodeMessage(message);
manager.sendToChannel('votes', message, { mapFor });
manager.channel('votes').send(WebSocketMessage.text(text));
manager.define(channel('late', { linger: '1m', behavior: () => [] }));
websocketManager(system).connections$.subscribe(({ type, connection, count, code, reason }) => {
  console.log(type, connection.address, connection.userAgent, count, code, reason);
});
fromDomainEvents(of({ name: 'order.paid', payload: { id: 1 } })).subscribe((each) =>
  manager.broadcast(each, { exclude: manager.getConnectionIds(), channel: 'orders' }),
);
manager
  .request(manager.getConnectionIds()[0] ?? '', say, { text: 'ready?' })
  .subscribe(({ ok }) => ok);

declare const app: Application;
app.use(
  websocketRoutes(manager, {
    connect: async (req, { token }) =>
      token === undefined ? { status: 401 } : { identity: token, metadata: { path: req.path } },
    refresh: (connection, token) => of({ identity: connection.identity ?? token, expiresIn: '8h' }),
    path: '/live',
    maxPayload: 65_536,
  }),
  adminRoutes(manager, { token: 'sixteen bytes or more', path: '/_rx', allowRemote: false }),
);
loadRouters('', { system, servers: { gateway: app }, handlers: {}, ignore: ['function.*'] });

/** Where a behaviour is a constant of its own. */
export const farewell: ChannelBehavior = (inbox) =>
  inbox.pipe(
    ofTopic(room.left),
    map(() => emit(said, { user: 'the room', text: 'somebody has left' })),
  );
