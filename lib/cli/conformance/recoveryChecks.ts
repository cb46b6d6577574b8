import type { Check } from './check.js';
import type { Stage } from './stage.js';
import { EPOCH, recovering } from './subscriptionChecks.js';
import { expectEqual } from './unexpected.js';

/** A client's half of recovery (CH12). */
export const recoveryChecks: readonly Check[] = [
  {
    name: 'recovery',
    rules: 'CH12',
    about: 'asks by since for what it missed, and lets the replay move its position, not the reply',
    run: recovery,
  },
  {
    name: 'doubled',
    rules: 'CH12',
    about: 'drops what has an offset at or below its position, and demands none without holes',
    async run(stage) {
      const peer = await recovering(stage);
      const again = await peer.command('subscribe', { channel: 'a' });
      peer.reply(again, { epoch: EPOCH, offset: 5, recovered: true, replay: 3 });
      for (const offset of [2, 3, 3, 1, 5, 4, 9]) peer.push('a', 'said', offset, offset);
      await stage.sawEvents(peer, 'a', [3, 5, 9]);
      await sinceAfter(stage, peer, { epoch: EPOCH, offset: 9 });
    },
  },
  {
    name: 'rewind',
    rules: 'CH7',
    about: 'takes `from` for its first position, so that what is replayed is not dropped',
    async run(stage) {
      const peer = await stage.open();
      await stage.subscribe(peer, 'a', { epoch: EPOCH, offset: 9, from: 7, replay: 2 });
      for (const offset of [8, 9]) peer.push('a', 'said', offset, offset);
      await stage.sawEvents(peer, 'a', [8, 9]);
    },
  },
  {
    name: 'position',
    rules: 'CH10',
    about: 'moves its position by rx:position, epoch included',
    async run(stage) {
      const peer = await stage.open();
      await stage.subscribe(peer, 'a', { epoch: EPOCH, offset: 1 });
      peer.push('a', 'rx:position', { epoch: 'epoch--2', offset: 70 });
      peer.push('a', 'said', 'unpositioned');
      await stage.sawEvents(peer, 'a', ['unpositioned']);
      await sinceAfter(stage, peer, { epoch: 'epoch--2', offset: 70 });
    },
  },
  {
    name: 'gap',
    rules: 'CH5',
    about: 'tells of a gap with its reason, before what comes after it, and goes on from there',
    run: gap,
  },
  {
    name: 'noHistory',
    rules: 'CH12',
    about: 'tells of a gap, no_history, when it comes back to a channel that has none',
    async run(stage) {
      const first = await stage.open();
      await stage.subscribe(first, 'a');
      first.drop();
      const peer = await stage.back();
      peer.reply(await peer.command('subscribe', { channel: 'a' }), {});
      await stage.saw({ saw: 'gap', channel: 'a', reason: 'no_history' });
    },
  },
];

async function recovery(stage: Stage): Promise<void> {
  const peer = await recovering(stage);
  const again = await peer.command('subscribe', { channel: 'a' });
  expectEqual('since', again.payload.since, { epoch: EPOCH, offset: 2 });
  peer.reply(again, { epoch: EPOCH, offset: 5, recovered: true, replay: 3 });
  peer.push('a', 'said', 3, 3);
  // Lost amid the replay: 4 and 5 were never seen.
  await stage.sawEvents(peer, 'a', [3]);
  stage.sawNo('gap');
  await sinceAfter(stage, peer, { epoch: EPOCH, offset: 3 });
}

/** Loses the connection, and looks where the client goes on. */
async function sinceAfter(
  stage: Stage,
  peer: Awaited<ReturnType<Stage['open']>>,
  since: object,
): Promise<void> {
  peer.drop();
  const again = await stage.back();
  expectEqual('since', (await again.command('subscribe')).payload.since, since);
}

async function gap(stage: Stage): Promise<void> {
  const peer = await recovering(stage);
  let since = { epoch: EPOCH, offset: 2 };
  for (const reason of ['epoch', 'expired', 'ahead', 'too_many', 'no_history']) {
    const again = await peer.command('subscribe', { channel: 'a' });
    expectEqual('since', again.payload.since, since);
    since = { epoch: `of ${reason}`, offset: since.offset + 10 };
    peer.reply(again, { ...since, recovered: false, reason });
    await stage.saw({ saw: 'gap', channel: 'a', reason });
    stage.sawNo('event');
    peer.push('a', 'said', 'below the new position', since.offset);
    peer.push('a', 'said', 'above it', ++since.offset);
    await stage.sawEvents(peer, 'a', ['above it']);
    peer.push('a', 'rx:unsubscribed', { code: 'lagged', message: 'too slow', retry: true });
  }
}
