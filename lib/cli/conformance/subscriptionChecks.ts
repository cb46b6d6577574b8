import type { Check } from './check.js';
import type { Peer } from './peer.js';
import { clockTime, real, type Stage } from './stage.js';
import { expectEqual, expectThat } from './unexpected.js';

/** Memberships of channels: how they begin, end, and begin again. */
export const subscriptionChecks: readonly Check[] = [
  {
    name: 'subscribe',
    rules: 'CP6, CP13',
    about: 'asks again after a refusal that may be retried, not before its `after`; else it ends',
    run: subscribe,
  },
  {
    name: 'unsubscribe',
    rules: 'CP13',
    about: 'says that it leaves a channel, and gives nothing of it any more',
    run: unsubscribe,
  },
  {
    name: 'unsubscribed',
    rules: 'CP12',
    about: 'subscribes again after rx:unsubscribed with retry, by since; without it is at an end',
    run: unsubscribed,
  },
  {
    name: 'early',
    rules: 'CH12',
    about: 'ignores what comes of a channel before the reply of its subscribe',
    async run(stage) {
      const peer = await recovering(stage);
      const since = await peer.command('subscribe', { channel: 'a' });
      // Of the former membership; it is replayed.
      peer.push('a', 'said', 3, 3);
      peer.push('a', 'said', 'unpositioned');
      peer.push('a', 'rx:unsubscribed', { code: 'lagged', message: 'of before', retry: true });
      peer.reply(since, { epoch: EPOCH, offset: 4, recovered: true, replay: 2 });
      peer.push('a', 'said', 3, 3);
      peer.push('a', 'said', 4, 4);
      await stage.saw({ saw: 'subscribed', channel: 'a' });
      await stage.sawEvents(peer, 'a', [3, 4]);
      expectEqual('further messages', peer.messages.items, []);
    },
  },
];

/** Of a stream. */
export const EPOCH = 'epoch--1';

/** A client that has seen the offsets 1 and 2 of a channel, lost its connection, and is welcomed again. */
export async function recovering(stage: Stage): Promise<Peer> {
  const first = await stage.open();
  await stage.subscribe(first, 'a', { epoch: EPOCH, offset: 0 });
  first.push('a', 'said', 1, 1);
  first.push('a', 'said', 2, 2);
  await stage.sawEvents(first, 'a', [1, 2]);
  first.drop();
  return stage.back();
}

async function subscribe(stage: Stage): Promise<void> {
  const peer = await stage.open();
  stage.do({ do: 'subscribe', channel: 'secret' });
  peer.refuse(await peer.command('subscribe'), { code: 'denied', retry: false });
  await stage.saw({ saw: 'ended', channel: 'secret', code: 'denied' });

  stage.do({ do: 'subscribe', channel: 'busy' });
  const first = await peer.command('subscribe', { channel: 'busy' });
  peer.refuse(first, { code: 'rate_limited', retry: true, after: 8_000 });
  const at = performance.now();
  const second = await peer.command('subscribe', { channel: 'busy' });
  const wait = performance.now() - at;
  expectThat(wait >= real(7_900), 'a pause of 8 s, as `after` says', clockTime(wait));
  // Whoever does not know a code goes by its `retry`.
  peer.refuse(second, { code: 'brand_new', retry: true });
  peer.reply(await peer.command('subscribe', { channel: 'busy' }), {});
  await stage.saw({ saw: 'subscribed', channel: 'busy' });
  stage.sawNo('ended');
  expectEqual('further messages', peer.messages.items, []);
}

async function unsubscribe(stage: Stage): Promise<void> {
  const peer = await stage.open();
  await stage.subscribe(peer, 'a');
  await stage.subscribe(peer, 'b');
  stage.do({ do: 'unsubscribe', channel: 'a' });
  const left = await peer.command('unsubscribe', { channel: 'a' });
  peer.push('a', 'said', 'on its way');
  peer.reply(left, { was: true });
  peer.push('b', 'said', 1);
  await stage.sawEvents(peer, 'b', [1]);
  stage.sawNo('event');
  peer.drop();
  const again = await stage.back();
  await again.command('subscribe', { channel: 'b' });
  const subscribes = again.messages.items.filter(({ payload }) =>
    JSON.stringify(payload).includes('"subscribe"'),
  );
  expectEqual('what else it subscribes', subscribes, []);
}

async function unsubscribed(stage: Stage): Promise<void> {
  const peer = await stage.open();
  await stage.subscribe(peer, 'a', { epoch: EPOCH, offset: 6 });
  await stage.subscribe(peer, 'b');
  const ended = (channel: string, code: string, retry: boolean): void =>
    peer.push(channel, 'rx:unsubscribed', { code, message: `no: ${code}`, retry });
  ended('a', 'lagged', true);
  const again = await peer.command('subscribe', { channel: 'a' });
  expectEqual('since', again.payload.since, { epoch: EPOCH, offset: 6 });
  peer.reply(again, { epoch: EPOCH, offset: 7, recovered: true, replay: 1 });
  peer.push('a', 'said', 7, 7);
  await stage.sawEvents(peer, 'a', [7]);

  ended('b', 'kicked', false);
  await stage.saw({ saw: 'ended', channel: 'b', code: 'kicked' });
  peer.push('b', 'said', 'of before');
  await stage.sawEvents(peer, 'a', []);
  expectEqual('further messages', peer.messages.items, []);
}
