import { type Finding, fail, ok } from './finding.js';
import { type Closed, REASON } from './visit.js';

/**
 * Whether a close frame arrives with its reason: that of a server with channels, which was offered nothing that it
 * speaks, or else the answer to the doctor's own.
 */
export function close(echoed: Closed, farewell: Closed | undefined): Finding {
  const { code, reason } = farewell ?? echoed;
  const isRight =
    farewell === undefined ? code === 1000 && reason === REASON : code === 4406 && reason !== '';
  const whose = farewell === undefined ? 'comes back' : 'arrives from the server';
  const seen = reason === '' ? `${code} without a reason` : `${code} "${reason}"`;
  if (isRight) return ok(`${seen} ${whose}`);
  const wanted = farewell === undefined ? `1000 "${REASON}"` : '4406 and its reason';
  return fail(
    `${seen} in place of ${wanted}: clients do not learn why, or when to come back`,
    'nginx: passes close frames on; what else stands between does not, or cuts connections off',
  );
}
