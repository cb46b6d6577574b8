/** Checked by `tsc --noEmit`, never run: what a `ws.send` may say beside its data, and what is paced. */
import { expectTypeOf } from 'expect-type';
import { type Command, is, type Message, ofTopic, type Pid, send } from 'rx-process';
import { json, type Outcome, paced, type Send, ws } from 'rx-process/express';
import type { Observable } from 'rxjs';

declare const client: Pid;
declare const inbox: Observable<Message>;
declare const message: Message;

send(client, ws.send, { data: 'x', overflow: 'dropOldest' });
send(client, ws.send, { data: 'x', key: 'price:ACME', ack: { any: 'value' } });
send(client, ws.send, { ...json({ price: 1 }), key: 'price:ACME' });
// @ts-expect-error no such overflow
send(client, ws.send, { data: 'x', overflow: 'drop' });
// @ts-expect-error a key is a text
send(client, ws.send, { data: 'x', key: 7 });

if (is(message, ws.sent)) {
  expectTypeOf(message.payload.ref).toEqualTypeOf<unknown>();
  expectTypeOf(message.payload.outcome).toEqualTypeOf<Outcome>();
}
inbox.pipe(ofTopic(ws.sent)).subscribe(({ payload }) => payload.client_pid satisfies Pid);

declare const later: AsyncGenerator<Send>;
expectTypeOf(inbox.pipe(paced(client, later))).toEqualTypeOf<Observable<Command>>();
inbox.pipe(paced(client, [{ data: 'x' }, json({ n: 1 })], { window: undefined }));
// @ts-expect-error a text is no source
inbox.pipe(paced(client, 'text'));
// @ts-expect-error items are payloads of ws.send
inbox.pipe(paced(client, ['text']));
