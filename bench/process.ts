// npm run bench:process: processes beside bare Subjects and nact, as ratios within one run. See docs/performance.md.
import { parseArgs } from 'node:util';
import { build } from './lib/built.js';
import { pinned } from './lib/children.js';
import { type CaseName, caseNames } from './lib/process/cases.js';
import { table, verdicts } from './lib/process/report.js';
import { measure } from './lib/process/run.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    only: { type: 'string', default: caseNames.join() },
    quick: { type: 'boolean', default: false },
  },
});
const { quick } = values;
const wanted = values.only.split(',').map((name) => name.trim());
const unknown = wanted.find((name) => !(caseNames as string[]).includes(name));
if (unknown !== undefined) {
  console.error(`--only: no '${unknown}'; there are ${caseNames.join(', ')}`);
  process.exit(2);
}

const plan = {
  rounds: Number(values.rounds ?? (quick ? 1 : 3)),
  budget: quick ? 300 : 900,
  thinner: quick ? 10 : 1,
  patience: quick ? 3_000 : 20_000,
};
build();
const where = pinned ? 'on CPU 0' : 'not pinned: no taskset or only one CPU';
console.log(`${plan.rounds} rounds, Node ${process.version}, ${where}; processor time`);
if (quick) console.log('quick: figures are rough, and populations a tenth of what is written');
console.log('');

const measured = await measure(
  caseNames.filter((name): name is CaseName => wanted.includes(name)),
  plan,
);
for (const [name, figures] of measured) console.log(table(name, figures));
console.log(verdicts(measured));
// The exit code says that the run took place; what it found is for the reader.
process.exit(0);
