/** Checked by `tsc --noEmit`, never run: what a test of channels may say. */
import { expectTypeOf } from 'expect-type';
import { event, type WebSocketManager } from 'rx-process/channels';
import {
  type ChannelTest,
  type ClientAction,
  channelTest,
  drop,
  type ReceivedFrame,
  says,
  subscribe,
  type TestClient,
} from 'rx-process/testing';
import type { Observable } from 'rxjs';

declare const t: ChannelTest;
declare const alice: TestClient;
const say = event<{ text: string; to: { name: string } }>('say');

expectTypeOf(t.manager).toEqualTypeOf<WebSocketManager>();
expectTypeOf(alice.frames$).toEqualTypeOf<Observable<ReceivedFrame>>();
expectTypeOf(alice.assertPush('a', 'b')).toEqualTypeOf<ReceivedFrame>();

// A typed event says what its data are: all of them where it is sent, a part where it is expected.
alice.push('a', say, { text: 'hi', to: { name: 'bob' } });
alice.assertPush('a', say, { to: {} });
alice.refutePush('a', say, { text: 'hi' });
t.assertBroadcast('a', say, { text: 'hi' });
says('a', say, { text: 'hi', to: { name: 'bob' } });
// @ts-expect-error: `to` is missing
alice.push('a', say, { text: 'hi' });
// @ts-expect-error: a text is no number
alice.assertPush('a', say, { text: 1 });
// @ts-expect-error: there is no such field
t.refuteBroadcast('a', say, { txt: 'hi' });
// @ts-expect-error: a text is no number
says('a', say, { text: 1, to: { name: 'bob' } });

// An event by its name may have any data.
alice.push('a', 'b', 1);
alice.assertPush('a', 'b', [1]);

// What is answered is one or the other.
alice.assertReply(1, { ok: true }, { n: 1 });
alice.assertReply('x', { error: 'denied' });
// @ts-expect-error: neither
alice.assertReply(1, { code: 'denied' });

// Whatever takes a client is an action.
const wave: ClientAction = (client) => client.push('a', 'wave');
alice.goes('ds', { d: drop, s: subscribe('a'), w: wave });
// @ts-expect-error: a text is no action
alice.goes('d', { d: 'drop' });

// A hook says itself what it reads of a request, and answers as for websocketRoutes.
channelTest({ connect: (request: { user: string }) => ({ identity: request.user }) });
// @ts-expect-error: no answer of a hook
channelTest({ connect: () => 'ann' });
// @ts-expect-error: no such option
channelTest({ chanels: [] });
