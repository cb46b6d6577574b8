import { cures } from './cures.js';
import { type Finding, fail, ok, warn } from './finding.js';
import type { Stranger } from './seen.js';
import type { Site } from './site.js';

/** Whether pages are refused that must not connect. */
export function origin(strangers: readonly Stranger[], { page }: Site): Finding {
  const all = strangers.map(({ origin }) => origin).join(' and ');
  const open = strangers.filter(({ answer }) => answer === undefined);
  if (open.length > 0) {
    const which = open.map(({ origin }) => WHO[origin] ?? origin).join(' and ');
    const cure = `${cures.allowed(page)} in place of '*', 'null' and dangerouslyAllowAnyOrigin`;
    const text = `${which} may connect, with the cookies of whoever visits it`;
    return fail(
      text,
      cure,
      'nginx: proxy_set_header Origin $http_origin; if another line there hides it',
    );
  }
  const other = strangers.find(({ answer }) => answer?.status !== 403)?.answer;
  if (other === undefined) return ok(`${all} are refused`);
  return warn(
    `${all}: refused, but by ${other.status === 0 ? other.body : other.status}, not by 403`,
  );
}

/** What a page is that has this origin. */
const WHO: Readonly<Record<string, string>> = { null: 'a sandboxed frame of any site (null)' };
