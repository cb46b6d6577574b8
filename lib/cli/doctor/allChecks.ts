import type { Check } from './check.js';
import { handshakeChecks } from './handshakeChecks.js';
import { lifeChecks } from './lifeChecks.js';
import { wayChecks } from './wayChecks.js';

/** All checks, in the order in which they are done: what others stand on comes first, what takes long comes last. */
export const allChecks: readonly Check[] = [...wayChecks, ...handshakeChecks, ...lifeChecks];
