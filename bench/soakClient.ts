// A well-behaved client: one message of 64 bytes at a time, the next when it has come back.
import { parseArgs } from 'node:util';
import { clientFrame, OPCODE } from '../lib/testing/faults/clientFrame.js';
import { Peer } from '../lib/testing/faults/peer.js';
import { targetOf } from '../lib/testing/faults/target.js';

const { values } = parseArgs({ options: { url: { type: 'string' }, seconds: { type: 'string' } } });
const { url = '', seconds = '3' } = values;

const message = clientFrame(OPCODE.text, 'x'.repeat(64));
const times: number[] = [];
let sent = 0;
const peer = new Peer(targetOf('client', url), {
  open: () => say(),
  frame: ({ opcode }) => {
    if (opcode !== OPCODE.text) return;
    times.push(performance.now() - sent);
    say();
  },
});
function say(): void {
  sent = performance.now();
  peer.socket.write(message);
}

setTimeout(() => {
  // The first ones compile.
  const sorted = times.slice(Math.min(200, times.length >> 1)).sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Infinity;
  console.log(JSON.stringify({ p50: at(0.5), p99: at(0.99), count: sorted.length }));
  peer.stop('left');
}, Number(seconds) * 1_000);
