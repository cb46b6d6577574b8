import type { Check } from './check.js';
import type { Command, Peer } from './peer.js';
import type { Stage } from './stage.js';
import { expectEqual, expectThat } from './unexpected.js';

/** Sessions, and requests that are performed at most once (CP22, CP23). */
export const sessionChecks: readonly Check[] = [
  {
    name: 'resume',
    rules: 'CP22',
    about: 'resumes its session first, in the batch of its subscribes, with n rising by dials',
    run: resume,
  },
  {
    name: 'once',
    rules: 'CP23',
    about: 'repeats a once-request, by its id, after resumed: true, and no other request',
    run: once,
  },
  {
    name: 'onceLost',
    rules: 'CP23',
    about: 'fails a once-request that was sent, by outcome_unknown, after resumed: false',
    run: onceLost,
  },
];

/** The resume of a client that has come back. */
async function resumed(peer: Peer, session: string): Promise<Command> {
  const first = await peer.command('resume');
  expectEqual('the session', first.payload.session, session);
  expectThat(Number.isSafeInteger(first.payload.n), 'n, the count of its dials', first);
  return first;
}

async function resume(stage: Stage): Promise<void> {
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => name.repeat(22)) as unknown as Four;
  const first = await stage.open({ session: a });
  await stage.subscribe(first, 'x');
  first.drop();

  const second = await stage.back({ session: b });
  const one = await resumed(second, a);
  await second.command('subscribe', { channel: 'x' });
  expectThat((second.sizes[0] ?? 0) >= 2, 'resume and subscribe in one array', second.sizes);
  second.reply(one, { resumed: true });
  second.drop();

  // A dial that fails counts as well.
  (await stage.redial()).refuse(500);
  const third = await stage.back({ session: c });
  const two = await resumed(third, a);
  const [n, next] = [one.payload.n as number, two.payload.n as number];
  expectThat(next > n, `an n above ${n}`, `${next}`);
  third.reply(two, { resumed: false, reason: 'expired' });
  const subscribe = await third.command('subscribe', { channel: 'x' });
  third.reply(subscribe, {});
  await stage.saw({ saw: 'subscribed', channel: 'x' });
  third.drop();

  // What it could not resume is over: the session of the last hello stands.
  await resumed(await stage.back({ session: d }), c);
}

type Four = readonly [string, string, string, string];

async function once(stage: Stage): Promise<void> {
  const first = await stage.open();
  await stage.request(first, 'twice');
  const a = await stage.request(first, 'a', { once: true });
  const b = await stage.request(first, 'b', { once: true });
  for (const each of [a, b]) expectEqual('once', each.once, true);
  const [low, high] = [a.id as number, b.id as number];
  const areRising = Number.isSafeInteger(low) && Number.isSafeInteger(high) && low < high;
  expectThat(areRising, 'integers that rise as ids of once-requests', [low, high]);
  first.drop();

  const second = await stage.back();
  const asked = await second.command('resume');
  second.reply(asked, { resumed: true });
  const again = await second.take({ type: 'event', once: true }, 'the once-request again');
  expectEqual('id and payload', [again.id, again.payload], [a.id, a.payload]);
  expectEqual('the other id', (await second.take({ once: true }, 'the other one')).id, b.id);
  second.send({ id: a.id, ok: true, type: 'json', payload: 'done', timestamp: 0 });
  expectEqual('the answer', (await stage.saw({ saw: 'answer', to: 'a' })).value, 'done');
  await stage.request(second, 'later');
  const events = second.messages.items.filter(({ type }) => type === 'event');
  expectEqual('further requests', events, []);
}

async function onceLost(stage: Stage): Promise<void> {
  const first = await stage.open();
  await stage.request(first, 'sent', { once: true });
  first.drop();
  const second = await stage.back();
  second.reply(await second.command('resume'), { resumed: false, reason: 'unknown' });
  await stage.saw({ saw: 'error', to: 'sent', code: 'outcome_unknown' });
  await stage.request(second, 'later');
  const events = second.messages.items.filter(({ type }) => type === 'event');
  expectEqual('further requests', events, []);
}
