// The bad clients beside a good one, in a process of their own. They step back for the good one's process,
// which is on the same processor: what is measured is the server.
import { setPriority } from 'node:os';
import { parseArgs } from 'node:util';
import { CROWDS, misbehave } from './lib/soak/crowd.js';

const { values } = parseArgs({ options: { url: { type: 'string' }, crowd: { type: 'string' } } });
const { url = '', crowd = '' } = values;

setPriority(19);
for (const [count, kind] of CROWDS[crowd] ?? []) {
  for (let i = 0; i < count; i++) void misbehave(url, kind);
}
// Floods need a while to fill what is between.
setTimeout(() => console.log('READY'), 500);
setInterval(() => {}, 60_000);
