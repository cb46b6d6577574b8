import { UNSUPPORTED, V1 } from '../../protocol/index.js';
import type { Check } from './check.js';
import type { Like } from './journal.js';
import { now, type Peer } from './peer.js';
import { clockTime, real, type Stage } from './stage.js';
import { expectEqual, expectThat } from './unexpected.js';

/** How a connection begins and how it is known to live. */
export const connectionChecks: readonly Check[] = [
  {
    name: 'offer',
    rules: 'CP3',
    about: 'offers rx-process.v1 first and rx-process.unsupported last',
    async run(stage) {
      const { offered } = await stage.dial();
      expectEqual('the subprotocols', offered, [V1, UNSUPPORTED]);
    },
  },
  {
    name: 'token',
    rules: 'CP3',
    about: 'offers its token in base64url, without padding',
    async run(stage) {
      const { offered } = await stage.dial('grün??>');
      const bearer = `rx-process.bearer.${Buffer.from('grün??>').toString('base64url')}`;
      expectEqual('the subprotocols', offered, [V1, bearer, UNSUPPORTED]);
    },
  },
  {
    name: 'version',
    rules: 'CP3',
    about: 'does not come back after 4406',
    async run(stage) {
      const peer = (await stage.dial()).accept(UNSUPPORTED);
      peer.close(4406, 'server speaks rx-process.v2');
      await stage.closedForGood(4406);
    },
  },
  {
    name: 'hello',
    rules: 'CP20, CC7',
    about: 'waits for the hello before it sends anything, 10 s, closes with 4408, and dials again',
    run: hello,
  },
  {
    name: 'unknown',
    rules: 'CP2, CP6',
    about: 'ignores keys, types and rx: events that it does not know, and the order of keys',
    run: unknown,
  },
  {
    name: 'heartbeat',
    rules: 'CP21',
    about: 'does not answer the pings of the server, and does not probe while frames come',
    run: heartbeat,
  },
  {
    name: 'probe',
    rules: 'CP21',
    about: 'asks by a ping after heartbeat + 10 s without a frame; 5 s later 4408, and dials',
    run: probe,
  },
  {
    name: 'close',
    rules: 'Z6',
    about: 'closes with 1000 and does not come back',
    async run(stage) {
      const peer = await stage.open();
      stage.do({ do: 'close' });
      const { code } = await peer.end.take({}, 'a close frame');
      expectEqual('the code', code, 1000);
      await stage.closedForGood(1000);
    },
  },
];

async function hello(stage: Stage): Promise<void> {
  // Another one before, so that the time is not that of a program's start.
  await stage.open();
  const since = performance.now();
  const dial = await stage.dial();
  stage.do({ do: 'subscribe', channel: 'a' });
  const peer = dial.accept(V1);
  const { at, code } = await peer.end.take({}, 'a close frame');
  expectEqual('the code', code, 4408);
  expectEqual('before the hello', peer.messages.items, []);
  expectThat(at - since >= real(9_900), '10 s of patience', clockTime(at - since));
  stage.sawNo('open');
  await (await stage.back()).command('subscribe', { channel: 'a' });
}

async function unknown(stage: Stage): Promise<void> {
  const peer = await stage.open({ future: { a: [1] } });
  peer.send({ hello: 'again?', type: 'future' }, { type: 'json', future: 1, payload: 1 });
  peer.frame('no JSON');
  peer.frame('[]');
  peer.frame('["no object", null, 7]');
  stage.do({ do: 'subscribe', channel: 'a' });
  const { id } = await peer.command('subscribe', { channel: 'a' });
  const result = { future: 1, replay: 0, offset: 3, epoch: 'epoch--1', channel: 'a' };
  peer.send({ timestamp: now(), future: null, type: 'system', result, ok: true, payload: '', id });
  await stage.saw({ saw: 'subscribed', channel: 'a' });
  peer.push('a', 'rx:future', { a: 1 });
  peer.push('unheard-of', 'said', 1, 9);
  peer.send({
    timestamp: now(),
    payload: { future: 1, data: 'x', event: 'said' },
    future: {},
    type: 'event',
    offset: 4,
    channel: 'a',
  });
  await stage.saw({ saw: 'event', channel: 'a', event: 'said', data: 'x' });
  peer.drop();
  const again = await (await stage.back()).command('subscribe');
  expectEqual('since', again.payload.since, { epoch: 'epoch--1', offset: 4 });
}

/** What no client may take for silence: whatever comes counts. */
async function heartbeat(stage: Stage): Promise<void> {
  const peer = await stage.open({ heartbeat: 10_000 });
  await stage.subscribe(peer, 'a');
  for (let i = 0; i < 4; i++) {
    await stage.pause(12_000);
    const silence = performance.now() - peer.sentAt;
    // On a busy machine the pause may be longer, and then the client is right to ask.
    if (silence > real(19_000)) peer.messages.clear();
    expectEqual('messages', peer.messages.items, []);
    peer.send({ type: 'ping', timestamp: now() });
  }
  await stage.sawEvents(peer, 'a', []);
}

async function probe(stage: Stage): Promise<void> {
  const peer = await stage.open({ heartbeat: 3_000 });
  await asked(peer);
  peer.send({ type: 'pong', timestamp: now() });
  // That was an answer, so it begins anew.
  await asked(peer);
  const end = await peer.end.take({}, 'the end of the connection');
  // Not 1000, after which its presence ends at once.
  expectEqual('the code', end.code, 4408);
  const silence = end.at - peer.sentAt;
  expectThat(
    silence >= real(17_900),
    '13 s of silence, and 5 s for the answer',
    clockTime(silence),
  );
  await stage.back();
}

/** Waits until the client asks, in either way. */
async function asked(peer: Peer): Promise<void> {
  const ping = await peer.take({}, 'a ping');
  const { command } = (ping.payload ?? {}) as Like;
  expectThat(ping.type === 'ping' || command === 'ping', 'a ping', ping);
  const silence = performance.now() - peer.sentAt;
  expectThat(silence >= real(12_900), '13 s of silence before it', clockTime(silence));
}
