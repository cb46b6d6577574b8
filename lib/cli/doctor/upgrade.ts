import { cures } from './cures.js';
import { type Finding, fail, ok } from './finding.js';
import { refused } from './refused.js';
import type { Entered, Seen } from './seen.js';
import type { Site } from './site.js';
import { REASON } from './visit.js';

/** Whether a handshake gets its 101, and frames pass then; else what came in its place, and why. */
export function upgrade({ entered, refused: answers }: Seen, site: Site): Finding {
  if (entered !== undefined) return isServed(entered) ? ok('101, and frames pass') : ended(entered);
  // That of the right page, unless that of another one says more than that it may not connect.
  const [right] = answers;
  const telling = answers.findLast(({ answer }) => answer.status !== 403) ?? right;
  const { text, cure } = refused((telling as (typeof answers)[number]).answer, site);
  return fail(text, cure);
}

const isServed = ({ pong, closed }: Entered): boolean =>
  pong !== undefined || closed.reason === REASON;

/** A connection that was over, or of no use, as soon as it was open. */
function ended({ closed: { code, reason } }: Entered): Finding {
  if (code === 1006) {
    return fail('101, and then nothing: frames do not pass, or the server is gone', cures.upgrade);
  }
  const text = `101, and closed at once: ${code}${reason === '' ? '' : ` "${reason}"`}`;
  if ([1008, 4401, 4403].includes(code)) return fail(text, cures.who);
  return fail(text, 'Express: the log has the reason');
}
