// What it costs that 1,000 clients join a channel with presence within a second, in one process and without a network: the
// clock is virtual, and a socket makes bytes of each text, as a real one does, and forgets them.
import { Subject } from 'rxjs';
import type { SocketEvent } from '../../lib/relay/index.js';
import { build } from './built.js';

const JOINS = 1_000;
const ROUNDS = 7;
/** Milliseconds of processor time, and diffs, that the budget allows. */
const BUDGET = { cpu: 100, diffs: 21 };

type Library = typeof import('../../lib/index.js') &
  typeof import('../../lib/channels/index.js') &
  typeof import('../../lib/relay/index.js') &
  typeof import('../../lib/testing/index.js');

/** Measures, and prints what came out beside the budget. */
export async function measurePresence(): Promise<void> {
  build();
  const folders = ['.', 'channels', 'relay', 'testing'];
  const parts = folders.map(
    (name) => import(new URL(`../../dist/${name}/index.js`, import.meta.url).href),
  );
  const library: Library = Object.assign({}, ...(await Promise.all(parts)));
  for (const watchers of [JOINS, 1]) {
    const rounds = Array.from({ length: ROUNDS }, () => ({
      without: join(library, false, watchers).cpu,
      ...join(library, true, watchers),
    }));
    // The first ones compile.
    const { without, cpu, diffs, bytes } = median(rounds.slice(2));
    const who = watchers === 1 ? 'one of whom watches' : 'all of whom watch';
    console.log(
      `presence: ${JOINS.toLocaleString('en')} join within a second, ${who}: ` +
        `${(cpu - without).toFixed(0)} ms of processor time beside the ${without.toFixed(0)} of the joins ` +
        `(at most ${BUDGET.cpu}), ${diffs} diffs (at most ${BUDGET.diffs}), ` +
        `${(bytes / 2 ** 20).toFixed(1)} MiB to clients`,
    );
  }
  console.log('');
}

interface Round {
  readonly cpu: number;
  readonly diffs: number;
  readonly bytes: number;
}

/** One round, on a system of its own. */
function join(library: Library, presence: boolean, watchers: number): Round {
  const { channel, createWebSocketManager, Hub, testSystem } = library;
  const system = testSystem();
  const hub = new Hub(system);
  const options = presence ? ({ presence: { members: JOINS } } as const) : {};
  const manager = createWebSocketManager(system, { channels: [channel('room', options)] });
  system.flush();
  const clients = Array.from({ length: JOINS }, () => {
    const events$ = new Subject<SocketEvent>();
    const sink = new Sink(events$);
    hub.connect(sink, {
      ...{ target: manager.pid, rejoin: 0, message_topic: 'ws.message', metadata: {} },
      ...{ heartbeat_interval: 0, expires_at: 0 },
    });
    return { events$, sink };
  });
  system.flush();
  const began = process.cpuUsage();
  clients.forEach(({ events$ }, i) => {
    const payload = { command: 'subscribe', channel: 'room', watch: i < watchers };
    const data = JSON.stringify({ type: 'system', payload, id: 1 });
    events$.next({ type: 'frame', data, size: data.length });
    system.advance(1);
  });
  system.advance(50);
  const { user, system: kernel } = process.cpuUsage(began);
  const [first] = clients;
  const bytes = clients.reduce((sum, { sink }) => sum + sink.bytes, 0);
  return { cpu: (user + kernel) / 1_000, diffs: first?.sink.diffs ?? 0, bytes };
}

const DIFF = /"rx:presence_diff"/;

/** Makes bytes of what is written, counts diffs, and keeps nothing. */
class Sink {
  readonly buffered = 0;
  readonly held = 0;
  bytes = 0;
  diffs = 0;

  constructor(readonly events$: Subject<SocketEvent>) {}

  write(data: string | Uint8Array): boolean {
    this.bytes += Buffer.from(data as string).length;
    if (DIFF.test(String(data).slice(0, 100))) this.diffs++;
    return true;
  }

  track(): void {}
  close(): void {}
  terminate(): void {}
  throttle(): void {}
  resume(): void {}
}

function median<T extends Record<keyof T, number>>(rounds: readonly T[]): T {
  const middle = (key: keyof T): number =>
    rounds.map((round) => round[key]).sort((a, b) => a - b)[rounds.length >> 1] as number;
  const keys = Object.keys(rounds[0] as T) as (keyof T)[];
  return Object.fromEntries(keys.map((key) => [key, middle(key)])) as T;
}
