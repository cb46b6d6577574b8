import { formatDuration } from '../../core/index.js';
import { type Finding, ok, warn } from './finding.js';
import type { Answer } from './knock.js';

/** Whether the server's clock goes as this one, by the Date of an answer, which has whole seconds. */
export function clock({ headers, at }: Answer): Finding {
  const date = Date.parse(headers.date ?? '');
  if (Number.isNaN(date)) return warn('the server does not say what time it has');
  // It was cut to the second before it was sent.
  const ahead = date + 500 - at;
  const off = Math.round(Math.abs(ahead) / 1_000) * 1_000;
  if (off <= ALIKE) return ok('as here, to the second or so');
  return warn(
    `${formatDuration(off)} ${ahead > 0 ? 'ahead of' : 'behind'} this machine's: expires_at and tokens are over too ${ahead > 0 ? 'early' : 'late'}`,
    'server: timedatectl set-ntp true (or here: one of the two clocks is wrong)',
  );
}

/** Milliseconds: a slow answer is no wrong clock. */
const ALIKE = 5_000;
