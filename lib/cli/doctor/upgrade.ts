import { type Finding, fail, ok } from './finding.js';
import { refused } from './refused.js';
import type { Seen } from './seen.js';
import type { Site } from './site.js';

/** Whether a handshake gets its 101; else what came in its place, and why. */
export function upgrade({ entered, refused: answers }: Seen, site: Site): Finding {
  if (entered !== undefined) return ok('101, and frames go both ways');
  // That of the right page, unless that of another one says more than that it may not connect.
  const [right] = answers;
  const telling = answers.findLast(({ answer }) => answer.status !== 403) ?? right;
  const { text, cure } = refused((telling as (typeof answers)[number]).answer, site);
  return fail(text, cure);
}
