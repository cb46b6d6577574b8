// `npm run schema`: writes docs/router.schema.json anew, from the table of kinds in lib/codec/config.
import { writeFileSync } from 'node:fs';
import { configSchema } from '../lib/codec/index.js';

writeFileSync('docs/router.schema.json', `${JSON.stringify(configSchema(), null, 2)}\n`);
