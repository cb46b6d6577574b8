// `npm run soak`: every promise to every client for ten minutes, then what bad clients cost a good one.
// Only a broken promise is a failure; figures depend on the machine and are told.
import { parseArgs } from 'node:util';
import { neighbours } from './lib/soak/neighbours.js';
import { soak } from './lib/soak/soak.js';

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const seconds = Number(process.env.SOAK_SECONDS ?? 600);
const seed = Number(process.env.SOAK_SEED ?? Math.floor(Math.random() * 2 ** 31));

if (values.only !== 'neighbours') {
  console.log(`${seconds} s, seed ${seed} (SOAK_SECONDS and SOAK_SEED choose)`);
  const { connections, faults, heapGrowth } = await soak(seconds, seed);
  console.log(
    `  ${connections} connections, ${faults.length} faults, heap ${heapGrowth >> 10} KiB more`,
  );
  for (const fault of faults) console.log(`  ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
}
if (values.only !== 'promises') await neighbours();
