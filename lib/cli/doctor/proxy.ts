import { cures } from './cures.js';
import { type Finding, fail, ok } from './finding.js';
import type { Entered, Seen } from './seen.js';
import type { Site } from './site.js';

/**
 * Whether the application knows the page for one that may connect. Where it does not, the page that it takes for its
 * own instead tells which header the proxy has lost.
 */
export function proxy({ refused, entered }: Seen, { page, isOwn }: Site): Finding {
  if (refused.length === 0) return ok(`pages of ${page} may connect`);
  const { origin, lost } = (entered as Entered).page;
  if (origin === undefined) {
    const cure = cures.allowed(page);
    if (!isOwn) return fail(`pages of ${page} may not connect`, cure);
    const text = `the application takes its own page, ${page}, for another site's: it knows neither Host nor scheme of it`;
    return fail(text, cures.host, cures.scheme, cures.trust, `${cure}, where pages are elsewhere`);
  }
  const text = `the application takes itself for ${origin}, and refuses its own page, ${page}`;
  const [first, ...more] = [
    ...(lost.includes('port') ? [cures.host] : []),
    ...(lost.includes('scheme') ? [cures.scheme, cures.trust] : []),
  ];
  return fail(text, first as string, ...more);
}
