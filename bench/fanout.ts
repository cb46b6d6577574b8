// npm run bench:fanout: one sender, a thousand subscribers, beside plain `ws` and Socket.IO. See docs/performance.md.
import { fanoutSuite } from './lib/fanoutSuite.js';
import { program } from './lib/program.js';

await program(fanoutSuite);
