import { runScript, startScript, startServer } from '../children.js';
import { peers } from '../peers.js';
import { median } from '../report.js';
import { CROWDS } from './crowd.js';

const ROUNDS = 3;
const SECONDS = 3;
/** How much the p99 of a good client may grow by its neighbours. */
const TARGETS: Readonly<Record<string, number>> = { stalled: 1.1, twenty: 2 };

/**
 * Measures what bad neighbours cost a good client, at a relay and at a bare `ws`: server, good client and
 * crowd are a process each. Prints lines of figures, and whether they are as they shall be.
 */
export async function neighbours(): Promise<void> {
  console.log(
    `p99 of a good client, ${ROUNDS} rounds of ${SECONDS} s, median and ratio to nobody beside it`,
  );
  for (const peer of peers.filter(({ name }) => ['ws', 'rx-process'].includes(name))) {
    const samples = new Map<string, number[]>(Object.keys(CROWDS).map((crowd) => [crowd, []]));
    for (let round = 0; round < ROUNDS; round++) {
      for (const [crowd, p99s] of samples) {
        const server = await startServer(peer);
        const url = `ws://127.0.0.1:${server.port}${peer.path}`;
        const crowdOf = await startScript('soakCrowd.ts', ['--url', url, '--crowd', crowd], 1);
        const said = await runScript('soakClient.ts', ['--url', url, '--seconds', `${SECONDS}`], 1);
        p99s.push((JSON.parse(said) as { p99: number | null }).p99 ?? Number.POSITIVE_INFINITY);
        await crowdOf.stop();
        await server.stop();
      }
    }
    for (const [crowd, p99s] of samples) console.log(line(peer.name, crowd, p99s, samples));
  }
}

function line(
  name: string,
  crowd: string,
  p99s: readonly number[],
  samples: ReadonlyMap<string, readonly number[]>,
): string {
  const alone = samples.get('nobody') ?? [];
  const ratio = median(p99s.map((p99, round) => p99 / (alone[round] ?? Number.NaN)));
  const target = name === 'rx-process' ? TARGETS[crowd] : undefined;
  const verdict =
    target === undefined ? '' : `, ${ratio < target ? 'met' : 'missed'}: below ${target}`;
  return `  ${name} beside ${crowd}: ${median(p99s).toFixed(3)} ms, × ${ratio.toFixed(2)}${verdict}`;
}
