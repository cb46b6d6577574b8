import type { Check } from './check.js';
import { now } from './peer.js';
import type { Stage } from './stage.js';
import { expectEqual, expectThat } from './unexpected.js';

/** Requests and their replies, in both directions. */
export const requestChecks: readonly Check[] = [
  {
    name: 'request',
    rules: 'CP7, CP8',
    about: 'gives each request an id of its own, and finds its reply in any order',
    run: request,
  },
  {
    name: 'answer',
    rules: 'CP11',
    about: 'answers requests of the server, those that it does not know by not_found',
    run: answer,
  },
  {
    name: 'disconnected',
    rules: 'CC6',
    about: 'fails what waits for a reply when the connection is lost, and does not repeat it',
    run: disconnected,
  },
  {
    name: 'batch',
    rules: 'CP4',
    about: 'takes arrays of messages, and sends none of more than 64',
    run: batch,
  },
  {
    name: 'payload',
    rules: 'CP20',
    about: 'sends no frame above limits.payload: the request fails with bad_request',
    run: payload,
  },
];

async function request(stage: Stage): Promise<void> {
  const peer = await stage.open();
  const [a, b, c] = [
    await stage.request(peer, 'a'),
    await stage.request(peer, 'b'),
    await stage.request(peer, 'c'),
  ];
  const ids = [a.id, b.id, c.id];
  expectThat(ids.every(isId), 'ids: integers from 1, or texts of 1 to 64 characters', ids);
  expectThat(new Set(ids).size === 3, 'three different ids', ids);
  const reply = { type: 'json', timestamp: now() };
  const error = { code: 'brand_new', message: 'nobody knows it', retry: true, details: [1] };
  peer.send(
    { id: 'none of yours', ok: true, ...reply, payload: 0 },
    { id: c.id, ok: true, ...reply, payload: { c: [null] } },
    { id: a.id, ok: false, error, type: 'system', payload: '', timestamp: now() },
    { id: b.id, ok: true, ...reply, payload: false },
  );
  expectEqual('the answer', (await stage.saw({ saw: 'answer', to: 'c' })).value, { c: [null] });
  await stage.saw({ saw: 'error', to: 'a', code: 'brand_new' });
  expectEqual('the answer', (await stage.saw({ saw: 'answer', to: 'b' })).value, false);
}

const isId = (id: unknown): boolean =>
  typeof id === 'string'
    ? id.length >= 1 && id.length <= 64
    : Number.isSafeInteger(id) && (id as number) >= 1;

async function answer(stage: Stage): Promise<void> {
  const peer = await stage.open();
  const ask = (id: unknown, event: string, data: unknown): void =>
    peer.send({ id, type: 'event', payload: { event, data }, timestamp: now() });
  ask('s1', 'echo', { deep: [1, 'ä'] });
  ask('s2', 'nobody', null);
  const echo = await peer.take({ id: 's1' }, 'the answer to echo');
  expectEqual('ok and payload', [echo.ok, echo.payload], [true, { deep: [1, 'ä'] }]);
  const unknown = await peer.take({ id: 's2', ok: false }, 'the answer to an unknown event');
  const { code, retry } = (unknown.error ?? {}) as { code?: unknown; retry?: unknown };
  expectEqual('the error', { code, retry }, { code: 'not_found', retry: false });
}

async function disconnected(stage: Stage): Promise<void> {
  const peer = await stage.open();
  await stage.request(peer, 'a');
  peer.drop();
  await stage.saw({ saw: 'error', to: 'a', code: 'disconnected' });
  const again = await stage.back();
  await stage.request(again, 'b');
  expectEqual('what else it has sent', requestsOf(again.messages.items), []);
}

const requestsOf = (messages: readonly { readonly type?: unknown }[]) =>
  messages.filter(({ type }) => type === 'event');

async function batch(stage: Stage): Promise<void> {
  const first = await stage.open();
  for (let i = 1; i <= 70; i++) stage.do({ do: 'subscribe', channel: `c${i}` });
  await first.command('subscribe', { channel: 'c70' });
  first.drop();
  // Now it asks for all of them at once.
  const peer = await stage.back();
  const { id } = await peer.command('subscribe', { channel: 'c1' });
  await peer.command('subscribe', { channel: 'c70' });
  const most = Math.max(...peer.sizes);
  expectThat(most <= 64, 'at most 64 messages in a frame', `${most}`);
  const event = (n: number) => ({
    ...{ channel: 'c1', type: 'event', payload: { event: 'said', data: n }, timestamp: now() },
  });
  peer.frame(
    JSON.stringify([
      { id, ok: true, result: { channel: 'c1' }, type: 'system', payload: '', timestamp: now() },
      event(1),
      event(2),
    ]),
  );
  await stage.sawEvents(peer, 'c1', [1, 2]);
}

async function payload(stage: Stage): Promise<void> {
  const limits = { payload: 2_000, batch: 64, pending: 64, channels: 128 };
  const peer = await stage.open({ limits });
  stage.do({ do: 'request', as: 'big', event: 'ask', data: 'ä'.repeat(1_000), once: false });
  await stage.saw({ saw: 'error', to: 'big', code: 'bad_request' });
  // What is gathered in one frame counts together.
  const halves = ['x', 'y', 'z'].map((letter) => letter.repeat(900));
  for (const data of halves) stage.do({ do: 'request', as: data, event: 'ask', data, once: false });
  for (const data of halves) await peer.take({ payload: { event: 'ask', data } }, 'a request');
  expectThat(peer.longest <= 2_000, 'frames of at most 2,000 bytes', `${peer.longest}`);
  expectEqual('what else it has sent', requestsOf(peer.messages.items), []);
}
