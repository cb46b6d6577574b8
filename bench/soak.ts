import { soak } from './lib/soak/soak.js';

const seconds = Number(process.env.SOAK_SECONDS ?? 600);
const seed = Number(process.env.SOAK_SEED ?? Math.floor(Math.random() * 2 ** 31));

console.log(`soak: ${seconds} s, seed ${seed} (SOAK_SECONDS and SOAK_SEED choose)`);
const { connections, faults, heapGrowth } = await soak(seconds, seed);
console.log(
  `${connections} connections in every way, ${faults.length} faults, heap ${heapGrowth >> 10} KiB more`,
);
for (const fault of faults) console.log(`  ${fault}`);
if (faults.length > 0) process.exitCode = 1;
