import type { Check } from './check.js';
import type { Like } from './journal.js';
import type { Peer } from './peer.js';
import type { Stage } from './stage.js';
import { expectEqual } from './unexpected.js';

/** Who is there, as a client has to keep it (PR4, PR6). */
export const presenceChecks: readonly Check[] = [
  {
    name: 'presence',
    rules: 'PR4, PR6',
    about: 'has the list of the server at each version: joins, updates, leaves, several tabs a key',
    run: presence,
  },
  {
    name: 'presenceHole',
    rules: 'PR6',
    about: 'ignores a diff at or below its version, and asks anew where one is missing',
    run: hole,
  },
];

const ANN = { ref: 'p1', since: 1_000, meta: { status: 'away' } };
const BOB = { ref: 'p2', since: 2_000, meta: {} };
const TAB = { ref: 'p3', since: 3_000, meta: { tab: 2 } };

async function watching(stage: Stage): Promise<Peer> {
  const peer = await stage.open();
  stage.do({ do: 'subscribe', channel: 'a', presence: true });
  const asked = await peer.command('subscribe', { channel: 'a' });
  const presence = { version: 4, members: [{ key: 'ann', metas: [ANN] }] };
  if (asked.payload.watch === true) peer.reply(asked, { present: true, presence });
  else {
    peer.reply(asked, { present: true });
    peer.reply(await peer.command('presence', { channel: 'a', watch: true }), presence);
  }
  await saw(stage, presence.members);
  return peer;
}

const saw = async (stage: Stage, members: readonly Like[]): Promise<void> => {
  const seen = await stage.saw({ saw: 'presence', channel: 'a' });
  // Neither keys nor the metas of one have an order.
  const list = [...(seen.members as typeof members)]
    .sort(by('key'))
    .map(({ key, metas }) => ({ key, metas: [...(metas as readonly Like[])].sort(by('ref')) }));
  expectEqual('the list', list, members);
};

const by =
  (name: string) =>
  (a: Like, b: Like): number =>
    `${a[name]}` < `${b[name]}` ? -1 : 1;

const diff = (peer: Peer, version: number, changes: object): void =>
  peer.push('a', 'rx:presence_diff', { version, joins: [], updates: [], leaves: [], ...changes });

async function presence(stage: Stage): Promise<void> {
  const peer = await watching(stage);
  diff(peer, 5, { joins: [{ key: 'bob', ...BOB }] });
  await saw(stage, [
    { key: 'ann', metas: [ANN] },
    { key: 'bob', metas: [BOB] },
  ]);
  diff(peer, 6, { joins: [{ key: 'ann', ...TAB }], leaves: [{ key: 'bob', ref: 'p2' }] });
  await saw(stage, [{ key: 'ann', metas: [ANN, TAB] }]);
  const here = { ...ANN, meta: { status: 'here' } };
  diff(peer, 7, { updates: [{ key: 'ann', ...here }] });
  await saw(stage, [{ key: 'ann', metas: [here, TAB] }]);
  diff(peer, 8, { leaves: [{ key: 'ann', ref: 'p1' }] });
  await saw(stage, [{ key: 'ann', metas: [TAB] }]);
  peer.push('a', 'rx:presence_state', { version: 20, members: [{ key: 'bob', metas: [BOB] }] });
  await saw(stage, [{ key: 'bob', metas: [BOB] }]);
  diff(peer, 21, { leaves: [{ key: 'bob', ref: 'p2' }] });
  await saw(stage, []);
  await stage.sawEvents(peer, 'a', []);
}

async function hole(stage: Stage): Promise<void> {
  const peer = await watching(stage);
  diff(peer, 4, { leaves: [{ key: 'ann', ref: 'p1' }] });
  diff(peer, 6, { joins: [{ key: 'bob', ...BOB }] });
  const asked = await peer.command('presence', { channel: 'a' });
  // It missed Bob's, but that does not matter any more.
  const members = [
    { key: 'ann', metas: [ANN] },
    { key: 'bob', metas: [BOB] },
  ];
  peer.reply(asked, { version: 7, members });
  await saw(stage, members);
  diff(peer, 7, { leaves: [{ key: 'bob', ref: 'p2' }] });
  diff(peer, 8, { joins: [{ key: 'bob', ...TAB }] });
  await saw(stage, [
    { key: 'ann', metas: [ANN] },
    { key: 'bob', metas: [BOB, TAB] },
  ]);
}
