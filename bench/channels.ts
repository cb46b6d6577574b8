// npm run bench:channels: what a subscription costs, beside Socket.IO's rooms, and what presence costs. See docs/performance.md.
import { channelsSuite } from './lib/channelsSuite.js';
import { measurePresence } from './lib/presence.js';
import { program } from './lib/program.js';

await measurePresence();
await program(channelsSuite);
