/** Checked by `tsc --noEmit`, never run: what behaviours of channels may emit, and what typed events say. */
import { expectTypeOf } from 'expect-type';
import {
  act,
  type Command,
  type Inbox,
  type Message,
  ofTopic,
  reply,
  transition,
} from 'rx-process';
import {
  accept,
  type ChannelBehavior,
  type ChannelCommand,
  type ClientEvent,
  type ClientMessage,
  type Connection,
  channel,
  emit,
  event,
  kick,
  ofEvent,
  push,
  type RoomMessage,
  refuse,
  room,
} from 'rx-process/channels';
import { map, mergeMap, type Observable } from 'rxjs';

declare const inbox: Inbox;
declare const messages$: Observable<ClientMessage>;
declare const connection: Connection;

const say = event<{ text: string }, { offset: number }>('say');
const said = event<string>('said');

// Data is that of the event, and so is the reply.
emit(say, { text: 'hi' });
// @ts-expect-error a text is no { text }
emit(say, 'hi');
// @ts-expect-error nobody can be excluded by a number
emit(said, 'hi', { exclude: [5] });
push(connection, said, 'hi');
// @ts-expect-error a number is no text
push(connection, said, 5);
kick(connection, 'enough', { retry: true });

const inRoom$ = inbox.pipe(ofEvent(say));
expectTypeOf(inRoom$).toEqualTypeOf<
  Observable<RoomMessage<{ text: string }, { offset: number }>>
>();
inRoom$.pipe(map((message) => reply(message, { offset: message.data.text.length })));
// @ts-expect-error the reply has an offset
inRoom$.pipe(map((message) => reply(message, 'ok')));
const ofClients$ = messages$.pipe(ofEvent(say));
expectTypeOf(ofClients$).toEqualTypeOf<
  Observable<ClientEvent<{ text: string }, { offset: number }>>
>();

// Operators take commands of a channel beside those of every process.
expectTypeOf(inRoom$.pipe(act(({ data }) => emit(said, data.text)))).toEqualTypeOf<
  Observable<Command | ChannelCommand>
>();
expectTypeOf(inRoom$.pipe(act((message) => reply(message, { offset: 1 })))).toEqualTypeOf<
  Observable<Command>
>();
expectTypeOf(inRoom$.pipe(act(async (message) => refuse(message)))).toEqualTypeOf<
  Observable<Command | ChannelCommand>
>();
const counted$ = inRoom$.pipe(
  transition<number, RoomMessage<unknown>, Command | ChannelCommand>([0], (n, message) => [
    n + 1,
    emit(said, `${n}`),
    reply(message),
  ]),
);
expectTypeOf(counted$).toEqualTypeOf<Observable<Command | ChannelCommand>>();

const behavior: ChannelBehavior = (messages) =>
  messages.pipe(
    ofTopic(room.join),
    act((message) => accept(message, { state: message.payload.request.params })),
  );
expectTypeOf(channel('chat:*', { behavior }).options.behavior).toEqualTypeOf<ChannelBehavior>();
// @ts-expect-error a behaviour emits commands
channel('chat:*', { behavior: (messages) => messages.pipe(map(() => 'hi')) });
// @ts-expect-error no such way
channel('chat:*', { behavior, admit: 'both' });
expectTypeOf(inbox.pipe(mergeMap((_: Message) => [emit(said, 'x')]))).toEqualTypeOf<
  Observable<ChannelCommand>
>();
