// npm run bench:channels: what a subscription costs, beside Socket.IO's rooms. See docs/performance.md.
import { channelsSuite } from './lib/channelsSuite.js';
import { program } from './lib/program.js';

await program(channelsSuite);
