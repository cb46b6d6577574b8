/** Checked by `tsc --noEmit`, never run: what the types of an event say in a client. */
import { expectTypeOf } from 'expect-type';
import type { Observable } from 'rxjs';
import { event as eventOfServer } from '../../lib/channels/index.js';
import {
  type ChannelClient,
  type EventType,
  event,
  type Presence,
} from '../../lib/client/index.js';

declare const client: ChannelClient;
const say = event<{ text: string }, { offset: number }>('say');
const said = eventOfServer<{ user: string }>('said');
const room = client.channel('chat:1');

// One event types both sides, wherever it was made (CC14).
expectTypeOf(say).toEqualTypeOf<EventType<{ text: string }, { offset: number }>>();
expectTypeOf(room.request(say, { text: 'hi' })).toEqualTypeOf<Observable<{ offset: number }>>();
expectTypeOf(room.events(said)).toEqualTypeOf<Observable<{ user: string }>>();
expectTypeOf(client.request('any', 1)).toEqualTypeOf<Observable<unknown>>();
expectTypeOf(room.presence$).toEqualTypeOf<Observable<readonly Presence[]>>();
client.answer(say, ({ text }) => ({ offset: text.length }));
room.send('any', { whatever: true });

// @ts-expect-error the data of the event are others
room.send(say, { txt: 'hi' });
// @ts-expect-error so is its reply
client.answer(say, () => ({ offset: 'far' }));
// @ts-expect-error no such option
client.channel('chat:1', { rewnd: 5 });
