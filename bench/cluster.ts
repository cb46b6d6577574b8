// npm run bench:cluster: processes on several nodes beside the bare client of NATS, as ratios within one run, since both
// share what the machine has. It needs Debian's nats-server. `--rounds <n>`, default 5.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Kvm } from '@nats-io/kv';
import { connect } from '@nats-io/transport-node';
import type { Behavior, Pid } from 'rx-process';
import { EMPTY, firstValueFrom, ignoreElements, map, NEVER, tap } from 'rxjs';
import { natsServer } from './cluster/natsServer.js';
import { builtCluster, rxProcess } from './lib/built.js';
import { median, spread } from './lib/report.js';
import { progress, rotated } from './lib/rounds.js';

const { createSystem, send } = await rxProcess();
const { incarnate, joinCluster } = await builtCluster();
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const ROUNDS = Number(values.rounds);
const PINGS = 2_000;
const SENDS = 64_000;
const LOCAL = 1_000_000;
const TEXT = 'x'.repeat(40);

const OTHERS = ['b', 'c', 'd'];
/** The members of the group that is sent to, on each of them. */
const CROWD = 1_000;

const url = await natsServer();
const crowds = await Promise.all(OTHERS.map((name) => startOther(name)));
const other = crowds[0] as Said;
const bare = await connect({ servers: url });
const system = createSystem({ node: incarnate('a'), logger: false });
const cluster = joinCluster(system, { servers: url, cluster: 'bench' });
await cluster.ready();

interface Said {
  readonly ping: Pid;
  readonly asked: Pid;
  readonly counter: Pid;
  readonly counted: Pid;
  readonly reached: Pid;
  readonly members: readonly Pid[];
}

async function startOther(name: string): Promise<Said> {
  const script = fileURLToPath(new URL('cluster/other.ts', import.meta.url));
  const args = ['--servers', url, '--name', name, '--members', `${CROWD}`];
  const env = { ...process.env, NODE_ENV: 'production' };
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const child = spawn(process.execPath, [...process.execArgv, script, ...args], {
    env,
    stdio: [...stdio],
  });
  process.on('exit', () => child.kill('SIGKILL'));
  const line = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`the node ${name} has ended`)));
    createInterface(child.stdout as NonNullable<typeof child.stdout>).once('line', resolve);
  });
  return JSON.parse(line) as Said;
}

// --- one after the other: the time of each round trip ---------------------------------------------------

type Timed = () => Promise<number[]>;

/** Microseconds of each trip; `trip` calls back when it has returned. */
async function timed(trip: (back: () => void) => void): Promise<number[]> {
  const times: number[] = [];
  await new Promise<void>((resolve) => {
    const next = (): void => {
      const since = performance.now();
      trip(() => {
        times.push((performance.now() - since) * 1_000);
        if (times.length < PINGS) next();
        else resolve();
      });
    };
    next();
  });
  return times;
}

const barePings: Timed = async () => {
  let back = (): void => {};
  const inbox = `bare.pong.${Math.random().toString(36).slice(2)}`;
  const subscription = bare.subscribe(inbox, { callback: () => back() });
  await bare.flush();
  const times = await timed((returned) => {
    back = returned;
    bare.publish('bare.b.ping', TEXT, { reply: inbox });
  });
  subscription.unsubscribe();
  return times;
};

const processPings: Timed = () => {
  let back = (): void => {};
  const pid = system.spawn((inbox, self) => {
    trip = (returned) => {
      back = returned;
      self.send(other.ping, 'ping', TEXT);
    };
    return inbox.pipe(
      tap(() => back()),
      ignoreElements(),
    );
  });
  let trip: (returned: () => void) => void = () => {};
  return new Promise<void>((resolve) => setImmediate(resolve))
    .then(() => timed((returned) => trip(returned)))
    .finally(() => system.terminate(pid));
};

const calls: Timed = () =>
  timed((returned) => {
    system.call(other.asked, 'ask', TEXT).subscribe({ complete: returned });
  });

// --- as many as go: messages a second -----------------------------------------------------------------

type Rate = (perTurn: number) => Promise<number>;

/** Runs `send` so many times a turn, then waits until the other side has counted all. */
async function rate(
  perTurn: number,
  send: (n: number) => boolean,
  counted: () => Promise<number>,
): Promise<number> {
  const before = await counted();
  const since = performance.now();
  for (let n = 0; n < SENDS; ) {
    for (let each = 0; each < perTurn && n < SENDS; each++) {
      // A full window is waited for, as who sends so much has to.
      if (!send(n)) break;
      n++;
    }
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  while ((await counted()) - before < SENDS);
  return SENDS / ((performance.now() - since) / 1_000);
}

const bareCounted = async (): Promise<number> =>
  Number((await bare.request('bare.b.counted')).string());
const fixed = new Uint8Array(64).fill(120);
const barePublishes: Rate = (perTurn) =>
  rate(
    perTurn,
    () => {
      bare.publish('bare.b.count', fixed);
      return true;
    },
    bareCounted,
  );
const jsonPublishes: Rate = (perTurn) =>
  rate(
    perTurn,
    (n) => {
      bare.publish('bare.b.json', JSON.stringify({ topic: 'note', n, text: TEXT }));
      return true;
    },
    bareCounted,
  );
const sends: Rate = (perTurn) =>
  rate(
    perTurn,
    (n) => system.send(other.counter, 'note', { n, text: TEXT }),
    () => firstValueFrom(system.call(other.counted, 'counted')) as Promise<number>,
  );

// --- to many ------------------------------------------------------------------------------------------

const CASTS = 100;
/** Messages to everybody that are under way at once: the window of a link takes 8,192 entries. */
const AHEAD = 5;

/** Milliseconds that one of `times` takes until all members of the other nodes have handled it, `ahead` at once. */
async function spreadOut(times: number, ahead: number, send: (n: number) => void): Promise<number> {
  const reached = (least: readonly number[]) =>
    Promise.all(crowds.map((node, at) => reachedBy(node, least[at] ?? 0)));
  const before = await reached([]);
  const since = performance.now();
  for (let n = 0; n < times; n++) {
    send(n);
    if ((n + 1) % ahead > 0) continue;
    await reached(before.map((count) => count + (n + 1) * CROWD));
  }
  return (performance.now() - since) / times;
}

/** How many messages the members of a node have handled, as soon as they are so many. */
const reachedBy = ({ reached }: Said, least: number): Promise<number> =>
  firstValueFrom(system.call(reached, 'reached', least, { timeout: '60s' })) as Promise<number>;
const casts = (): Promise<number> =>
  spreadOut(CASTS, CASTS, (n) => void system.groups.broadcast('all', 'note', { n, text: TEXT }));
const bareCasts = (): Promise<number> =>
  spreadOut(CASTS, CASTS, () => {
    for (const name of OTHERS) {
      for (let n = 0; n < CROWD; n++) bare.publish(`bare.${name}.m.${n}`, fixed);
    }
  });

/** A process that sends to each member in one turn: one object, or each its own. */
const sendsToCrowd = (isSame: boolean) => (): Promise<number> => {
  const members = crowds.flatMap(({ members }) => members);
  let sendAll = (_n: number): void => {};
  const pid = system.spawn((inbox, self) => {
    sendAll = (n) => void self.send(self.pid, 'go', n);
    return inbox.pipe(
      tap(({ payload }) => {
        const same = { n: payload, text: TEXT };
        for (const to of members) self.send(to, 'note', isSame ? same : { ...same });
      }),
      ignoreElements(),
    );
  });
  return new Promise<void>((resolve) => setImmediate(resolve))
    .then(() => spreadOut(CASTS, AHEAD, sendAll))
    .finally(() => system.terminate(pid));
};

// --- names ------------------------------------------------------------------------------------------------

const NAMES = 300;
const keys = await new Kvm(bare).create('bare');
let namesSoFar = 0;

/** Microseconds until a name is registered, the median of some that nobody has. */
async function named(register: (name: string) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < NAMES; n++) {
    const since = performance.now();
    await register(`name-${namesSoFar++}`);
    times.push((performance.now() - since) * 1_000);
  }
  return median(times);
}

const owner = system.spawn(() => NEVER);
const bareCreates = (): Promise<number> => named((name) => keys.create(name, new Uint8Array(40)));
/** The same, and word of it to each of the other nodes, by the bare client: no register can do with less. */
const bareTold = (): Promise<number> =>
  named(async (name) => {
    await keys.create(name, new Uint8Array(40));
    setImmediate(() => {
      for (const node of OTHERS) bare.publish(`bare.${node}.told`, fixed);
    });
  });
const registers = (): Promise<number> =>
  named((name) => firstValueFrom(cluster.names.register(`@${name}`, owner)));

// --- on one node: what it costs to be in a cluster ------------------------------------------------------

const alone = createSystem({ node: incarnate('alone'), logger: false });

/** Nanoseconds of a message between two processes of one system. */
async function localPings(on: typeof system): Promise<number> {
  let left = LOCAL;
  const ended = new Promise<void>((resolve) => {
    const player: Behavior = (inbox) =>
      inbox.pipe(
        map(({ from = '', payload }) => {
          if (left-- > 0) return send(from, 'ball', payload);
          resolve();
          return undefined;
        }),
      );
    const one = on.spawn(player);
    on.spawn((inbox, self) => {
      self.send(one, 'ball', TEXT);
      return player(inbox, self);
    });
  });
  const since = performance.now();
  await ended;
  return ((performance.now() - since) * 1e6) / LOCAL;
}

/** Nanoseconds of a spawn and an exit. */
async function localSpawns(on: typeof system): Promise<number> {
  const since = performance.now();
  for (let n = 0; n < LOCAL / 20; n += 1_000) {
    for (let each = 0; each < 1_000; each++) on.spawn(() => EMPTY);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return ((performance.now() - since) * 1e6) / (LOCAL / 20);
}

// --- rounds ---------------------------------------------------------------------------------------------

/** Medians of one kind, round by round, the order rotated. */
async function rounds(
  kinds: Readonly<Record<string, () => Promise<number>>>,
): Promise<Record<string, number[]>> {
  const found: Record<string, number[]> = Object.fromEntries(
    Object.keys(kinds).map((name) => [name, []]),
  );
  // The first one only warms up: what is compared has its compiled code then, on both sides.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, run] of rotated(Object.entries(kinds), round)) {
      progress(`${round}/${ROUNDS} ${name}`);
      const result = await run();
      if (round > 0) found[name]?.push(result);
    }
  }
  progress('');
  return found;
}

function row(
  title: string,
  of: readonly number[],
  to: readonly number[],
  target: string,
  isMet: (ratio: number) => boolean,
): void {
  const ratios = of.map((each, round) => each / (to[round] ?? Number.NaN));
  const verdict = isMet(median(ratios)) ? 'met' : 'MISSED';
  console.log(`  ${title.padEnd(58)} ${spread(ratios).padEnd(20)} ${target.padEnd(10)} ${verdict}`);
}

const p50 = (times: Timed) => async (): Promise<number> => median(await times());
console.log(`${ROUNDS} rounds, Node ${process.version}; ratio (lowest–highest), target\n`);
const trips = await rounds({ bare: p50(barePings), process: p50(processPings), call: p50(calls) });
const [bareTrips = [], processTrips = [], callTrips = []] = [trips.bare, trips.process, trips.call];
console.log(`Round trips, p50 (bare: ${Math.round(median(bareTrips))} µs)`);
row('processes ÷ publish-subscribe', processTrips, bareTrips, '≤ 1.5', (r) => r <= 1.5);
row('system.call ÷ publish-subscribe', callTrips, bareTrips, '≤ 1.8', (r) => r <= 1.8);

const rates = await rounds({
  bare64: () => barePublishes(64),
  json64: () => jsonPublishes(64),
  sends64: () => sends(64),
  bare1: () => barePublishes(1),
  sends1: () => sends(1),
});
const local = await rounds({
  pingsAlone: () => localPings(alone),
  pings: () => localPings(system),
  spawnsAlone: () => localSpawns(alone),
  spawns: () => localSpawns(system),
});
const of = (name: string): readonly number[] => rates[name] ?? [];
console.log(
  `\nMessages of 64 bytes (bare, 64 a turn: ${Math.round(median(of('bare64')))} a second)`,
);
row('sends, 64 a turn ÷ bare publishes', of('sends64'), of('bare64'), '≥ 0.6', (r) => r >= 0.6);
row('sends, 1 a turn ÷ bare publishes', of('sends1'), of('bare1'), '≥ 0.45', (r) => r >= 0.45);
row(
  'sends, 64 a turn ÷ a JSON publish each',
  of('sends64'),
  of('json64'),
  '≥ 1.2',
  (r) => r >= 1.2,
);
const many = await rounds({
  bare: bareCasts,
  casts,
  same: sendsToCrowd(true),
  each: sendsToCrowd(false),
});
const [bareMany = [], castMany = [], sameMany = [], eachMany = []] = Object.values(many);
console.log(
  `\nTo ${OTHERS.length} × ${CROWD} members on other nodes (bare: ${median(bareMany).toFixed(1)} ms)`,
);
row('a NATS message a member ÷ a broadcast', bareMany, castMany, '≥ 20', (r) => r >= 20);
row('an object each ÷ one object for all', eachMany, sameMany, '≥ 2', (r) => r >= 2);
const names = await rounds({ bareCreates, bareTold, registers });
console.log(`\nNames of the cluster (bare: ${Math.round(median(names.bareCreates ?? []))} µs)`);
const told = (names.bareTold ?? []).map((time, n) => time / (names.bareCreates?.[n] ?? NaN));
console.log(`  ${'kv.create and a publish to each node ÷ kv.create'.padEnd(58)} ${spread(told)}`);
row(
  '@ register ÷ kv.create',
  names.registers ?? [],
  names.bareCreates ?? [],
  '≤ 1.3',
  (r) => r <= 1.3,
);
const isLevel = (ratio: number): boolean => ratio <= 1.02;
console.log(`\nOn one node (alone: ${Math.round(median(local.pingsAlone ?? []))} ns a message)`);
row('ping-pong in a cluster ÷ alone', local.pings ?? [], local.pingsAlone ?? [], '≤ 1.02', isLevel);
row('spawn and exit ÷ alone', local.spawns ?? [], local.spawnsAlone ?? [], '≤ 1.02', isLevel);
await cluster.leave();
process.exit(0);
