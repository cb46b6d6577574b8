// npm run bench:echo: the relay beside its peers, as ratios within one run. See docs/performance.md.
import { echoSuite } from './lib/echoSuite.js';
import { program } from './lib/program.js';

await program(echoSuite);
