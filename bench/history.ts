// npm run bench:history: the replay of 100 messages to 1,000 clients that come back, beside making each of them text for
// each client. Both make the frames of the wire, and write them to nowhere. See docs/performance.md.
import { Subject } from 'rxjs';
import type { Inside } from '../lib/channels/manager/inside.js';
import type { SocketEvent } from '../lib/relay/index.js';
import { build } from './lib/built.js';
import { median } from './lib/report.js';

const CLIENTS = 1_000;
const MESSAGES = 100;
const ROUNDS = 7;

build();
const at = (path: string) => import(new URL(`../dist/${path}`, import.meta.url).href);
const { createWebSocketManager, channel }: typeof import('../lib/channels/index.js') =
  await at('channels/index.js');
const { testSystem }: typeof import('../lib/testing/index.js') = await at('testing/index.js');
const { Hub }: typeof import('../lib/relay/index.js') = await at('relay/index.js');
const { insideOf } = await at('core/index.js');
const { encodeFrame }: typeof import('../lib/ws/encodeFrame.js') = await at('ws/encodeFrame.js');

const system = testSystem();
const manager = createWebSocketManager(system, {
  channels: [channel('room', { history: { size: MESSAGES } })],
});
const hub = new Hub(system);

/** A client of v1, what it is sent being framed and thrown away. */
function connect(): (text: string) => void {
  const event$ = new Subject<SocketEvent>();
  const socket = {
    ...{ events$: event$, buffered: 0, held: 0 },
    write: (data: string | Uint8Array) => encodeFrame(data).length > 0,
    track: () => {},
    close: () => {},
    terminate: () => {},
    throttle: () => {},
    resume: () => {},
  };
  const inside: Inside = Reflect.get(manager, insideOf);
  const asked = { channel: undefined, known: {}, maxPayload: 1_000, connect: undefined };
  inside.handshake({ ...asked, protocols: 'rx-process.v1', refresh: undefined }, (outcome) => {
    if (!('relay' in outcome)) throw new Error('refused');
    const topics = { message_topic: 'ws.message', heartbeat_interval: 0, rejoin: 0 };
    const { target_pid: target, metadata, expires_at = 0 } = outcome.relay as never;
    hub.connect(socket, { ...topics, target, metadata, expires_at });
  });
  system.flush();
  return (data) => event$.next({ type: 'frame', data, size: data.length });
}

const payload = { event: 'said', data: { user: 'ann', text: 'Hello everybody, how are you?' } };
const message = { type: 'event', payload, timestamp: 1_762_000_000 } as const;
const clients = Array.from({ length: CLIENTS }, connect);
for (let n = 0; n < MESSAGES; n++) manager.sendToChannel('room', message);
const { epoch } = manager.channel('room').position as { epoch: string };
let id = 0;

const subscribe = (fields: object): number => {
  const begin = process.cpuUsage();
  for (const send of clients) {
    const command = { command: 'subscribe', channel: 'room', ...fields };
    send(JSON.stringify({ type: 'system', payload: command, id: ++id }));
  }
  system.flush();
  return spent(begin);
};

const encode = (): number => {
  const begin = process.cpuUsage();
  for (let client = 0; client < CLIENTS; client++) {
    for (let offset = 1; offset <= MESSAGES; offset++) {
      encodeFrame(JSON.stringify({ channel: 'room', offset, ...message }));
    }
  }
  return spent(begin);
};

/** Milliseconds of processor time. */
function spent(begin: NodeJS.CpuUsage): number {
  const { user, system: kernel } = process.cpuUsage(begin);
  return (user + kernel) / 1_000;
}

const rounds = Array.from({ length: ROUNDS }, () => {
  const alone = subscribe({});
  // A bucket of requests refills by the clock.
  system.advance('10s');
  const replay = subscribe({ since: { epoch, offset: 0 } }) - alone;
  system.advance('10s');
  return { replay, encoded: encode() };
});
const replay = median(rounds.map((round) => round.replay));
const encoded = median(rounds.map((round) => round.encoded));
console.log(`${MESSAGES} messages for ${CLIENTS} clients, Node ${process.version}, processor time`);
console.log(`replay ${replay.toFixed(1)} ms, made text anew ${encoded.toFixed(1)} ms`);
const ratio = encoded / replay;
console.log(`${ratio.toFixed(2)} times as fast (at least 3): ${ratio >= 3 ? 'ok' : 'MISSED'}`);
process.exit(0);
