import { V1 } from '../../protocol/index.js';
import type { Check } from './check.js';
import { now, type Peer } from './peer.js';
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

/** The client has come back: what it asks first, and its session, which the check has given it. */
async function comeBack(stage: Stage, before: string, session: string) {
  const peer = (await stage.redial()).accept(V1, false);
  peer.send(stage.hello({ session }));
  const resume = await peer.command('resume');
  expectEqual('the session', resume.payload.session, before);
  return { peer, resume, n: resume.payload.n as number };
}

const [A, B, C, D] = ['a', 'b', 'c', 'd'].map((name) => name.repeat(22)) as unknown as Four;
type Four = readonly [string, string, string, string];

async function resume(stage: Stage): Promise<void> {
  const first = await stage.open({ session: A });
  await stage.subscribe(first, 'x');
  first.drop();

  const second = await comeBack(stage, A, B);
  const subscribe = await second.peer.command('subscribe', { channel: 'x' });
  const [together = 0] = second.peer.sizes;
  expectThat(together >= 2, 'resume and subscribe in one array', `${together} message in it`);
  expectThat(Number.isSafeInteger(second.n), 'n, the count of its dials', second.resume);
  second.peer.reply(second.resume, { resumed: true });
  second.peer.reply(subscribe, {});
  await stage.saw({ saw: 'subscribed', channel: 'x' });
  second.peer.drop();

  // A dial that fails counts as well.
  (await stage.redial()).refuse(500);
  const third = await comeBack(stage, A, C);
  expectThat(third.n > second.n, `an n above ${second.n}`, `${third.n}`);
  third.peer.reply(third.resume, { resumed: false, reason: 'expired' });
  third.peer.reply(await third.peer.command('subscribe', { channel: 'x' }), {});
  await stage.saw({ saw: 'subscribed', channel: 'x' });
  third.peer.drop();

  // What it could not resume is over: the session of the last hello stands.
  await comeBack(stage, C, D);
}

async function once(stage: Stage): Promise<void> {
  const first = await stage.open({ session: A });
  await stage.request(first, 'twice');
  const a = await stage.request(first, 'a', { once: true });
  const b = await stage.request(first, 'b', { once: true });
  for (const each of [a, b]) expectEqual('once', each.once, true);
  const [low, high] = [a.id as number, b.id as number];
  const areRising = Number.isSafeInteger(low) && Number.isSafeInteger(high) && low < high;
  expectThat(areRising, 'integers that rise as ids of once-requests', [low, high]);
  first.drop();

  const { peer, resume } = await comeBack(stage, A, B);
  expectEqual('before the reply to resume', eventsOf(peer), []);
  peer.reply(resume, { resumed: true });
  const again = await peer.take({ type: 'event', once: true }, 'the once-request again');
  expectEqual('id and payload', [again.id, again.payload], [a.id, a.payload]);
  expectEqual('the other id', (await peer.take({ once: true }, 'the other one')).id, b.id);
  peer.send({ id: a.id, ok: true, type: 'json', payload: 'done', timestamp: now() });
  expectEqual('the answer', (await stage.saw({ saw: 'answer', to: 'a' })).value, 'done');
  await stage.request(peer, 'later');
  expectEqual('further requests', eventsOf(peer), []);
}

const eventsOf = ({ messages }: Peer) => messages.items.filter(({ type }) => type === 'event');

async function onceLost(stage: Stage): Promise<void> {
  const first = await stage.open({ session: A });
  await stage.request(first, 'sent', { once: true });
  first.drop();
  const { peer, resume } = await comeBack(stage, A, B);
  peer.reply(resume, { resumed: false, reason: 'unknown' });
  await stage.saw({ saw: 'error', to: 'sent', code: 'outcome_unknown' });
  await stage.request(peer, 'later');
  expectEqual('further requests', eventsOf(peer), []);
}
