import { closeCodes, V1 } from '../../protocol/index.js';
import type { Check } from './check.js';
import type { Peer } from './peer.js';
import type { Dial } from './scriptedServer.js';
import { clockTime, real, type Stage } from './stage.js';
import { expectThat, Unexpected } from './unexpected.js';

/** Whether and when a client comes back. */
export const comebackChecks: readonly Check[] = [
  {
    name: 'backoff',
    rules: 'CC7',
    about: 'waits random() · min(20 s, 500 ms · 2^attempt); a hello alone does not begin anew',
    run: backoff,
  },
  {
    name: 'codes',
    rules: 'Z6',
    about: 'comes back after a close, or does not, as the table of close codes says',
    run: codes,
  },
  {
    name: 'retry',
    rules: 'CP30',
    about: 'does as retry=<ms> or retry=never at the end of a reason says, whatever the code',
    run: retry,
  },
  {
    name: 'refused',
    rules: 'CP31',
    about: 'asks for a new token after HTTP 401, is closed after 403, comes back after 500',
    run: refused,
  },
  {
    name: 'retryAfter',
    rules: 'CP31',
    about: 'comes back after HTTP 503 not before its Retry-After',
    run: retryAfter,
  },
];

/** Attempts, of which the last six wait for up to the longest time. */
const ATTEMPTS = 11;

async function backoff(stage: Stage): Promise<void> {
  const waits: number[] = [];
  let dial = await stage.dial();
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const peer = dial.accept(V1);
    peer.send(stage.hello());
    peer.close(1012, 'restart');
    const { sentAt } = peer;
    dial = await stage.redial();
    waits.push(dial.at - sentAt);
  }
  const seen = `waits of ${waits.map(clockTime).join(', ')}`;
  const most = waits.map((_, attempt) => real(Math.min(20_000, 500 * 2 ** attempt)));
  // A busy machine makes a wait longer, never shorter.
  const isShort = waits.every((wait, i) => wait <= (most[i] as number) + SLACK);
  expectThat(isShort, 'waits of at most min(20 s, 500 ms · 2^attempt)', seen);
  // One may be long because the machine is busy, and short by chance.
  const [, second = 0] = waits.slice(5).sort((a, b) => b - a);
  expectThat(second >= real(4_000), 'waits that grow to 20 s', seen);
  const isRandom = waits.slice(5).some((wait, i) => wait < 0.9 * (most[i + 5] as number));
  expectThat(isRandom, 'random waits, since a thousand clients must not come back at once', seen);
}

/** Real milliseconds by which a busy machine may make something late. */
const SLACK = 400;

async function codes(stage: Stage): Promise<void> {
  const seen = closeCodes.filter(({ code }) => code !== 4401 && code !== 4406);
  const others = [
    { code: 3_999, reconnect: 'yes', after: 0 },
    { code: 4_999, reconnect: 'no', after: 0 },
  ];
  for (const { code, reconnect, after } of [...seen, ...others]) {
    const peer = await stage.open();
    const at = end(peer, code, '');
    if (reconnect === 'no') await stage.closedForGood(code);
    else await comesBack(stage, at, after, `after ${code}`);
  }
}

async function retry(stage: Stage): Promise<void> {
  for (const [code, reason, from] of HINTS) {
    const peer = await stage.open();
    const at = end(peer, code, reason);
    const what = `after ${code} "${reason}"`;
    if (from === 'never') await stage.closedForGood(code, `closed for good ${what}`);
    else await comesBack(stage, at, from * 0.9, what);
  }
}

const HINTS: readonly (readonly [code: number, reason: string, from: number | 'never'])[] = [
  [1012, 'server restarting; retry=12000', 12_000],
  [1001, 'retry=8000', 8_000],
  [1013, 'slow; retry=0', 0],
  [4403, 'not now; retry=6000', 6_000],
  [1012, 'banned; retry=never', 'never'],
  [1001, 'retry=never', 'never'],
  // No hint, since it is not at the end.
  [4403, 'retry=1000 is what you may not do', 'never'],
];

/** Ends a connection with a code, as far as that can be sent; gives when. */
function end(peer: Peer, code: number, reason: string): number {
  if (code === 1006) peer.drop();
  else peer.close(code === 1005 ? undefined : code, reason);
  return peer.sentAt;
}

async function comesBack(stage: Stage, at: number, after: number, what: string): Promise<void> {
  const dial = await stage.redial(`another dial ${what}`);
  const wait = dial.at - at;
  const seen = `one after ${clockTime(wait)}`;
  expectThat(wait >= real(after), `no dial before ${after} ms ${what}`, seen);
  const most = real(Math.max(after * 1.3, after + 500)) + SLACK;
  if (wait > most) throw new Unexpected(`a dial soon after ${after} ms ${what}`, seen);
  (await stage.welcome(dial)).close(1000);
  await stage.saw({ saw: 'closed' });
}

async function refused(stage: Stage): Promise<void> {
  (await stage.dial('a', 'b')).refuse(401);
  const bearer = `rx-process.bearer.${Buffer.from('b').toString('base64url')}`;
  const dial = await understood(stage, 401, ({ offered }) => offered.includes(bearer));
  expectThat(dial !== undefined, 'a dial with the next token after HTTP 401', 'the same token');
  dial.refuse(500);
  const peer = await stage.welcome(await stage.redial('another dial after HTTP 500'));
  peer.close(1000);

  (await stage.dial()).refuse(403);
  await understood(stage, 403, () => false);
  await stage.saw({ saw: 'closed' });
}

/**
 * The first dial that is right, after others that are refused as well: in a browser a client does not see the status, and
 * asks by a plain request after its second dial (CC8). `undefined`: it does not dial any more.
 */
async function understood(
  stage: Stage,
  status: number,
  isRight: (dial: Dial) => boolean,
): Promise<Dial | undefined> {
  for (let more = 3; more > 0; more--) {
    await stage.pause(8_000);
    if (!stage.isDialing) return undefined;
    const dial = await stage.redial();
    if (isRight(dial)) return dial;
    dial.refuse(status);
  }
  throw new Unexpected(`a client that understands HTTP ${status}`, 'the same dial three times');
}

async function retryAfter(stage: Stage): Promise<void> {
  const refuse = (dial: Dial): number => dial.refuse(503, { 'Retry-After': '12' });
  let at = refuse(await stage.dial());
  for (let dials = 1; dials <= 3; dials++) {
    const dial = await stage.redial();
    if (dial.at - at >= real(12_000)) return;
    at = refuse(dial);
  }
  throw new Unexpected('a dial 12 s after the one before', 'three that came earlier');
}
