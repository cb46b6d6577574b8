import type { JSX } from 'preact';
import { closeCode } from '../../../protocol/index.js';
import { format } from '../common/format.js';

/** How many connections have ended with which code, the most frequent first. */
export function CloseCodes({
  closes,
}: {
  readonly closes: Readonly<Record<string, number>>;
}): JSX.Element | null {
  const codes = Object.entries(closes).sort(([, one], [, other]) => other - one);
  if (codes.length === 0) return null;
  return (
    <ul class="codes" aria-label="Close codes">
      {codes.map(([code, count]) => (
        <li key={code} title={closeCode(Number(code))?.meaning}>
          <b>{code}</b> {closeCode(Number(code))?.name}{' '}
          <span class="soft">{format.count(count)}×</span>
        </li>
      ))}
    </ul>
  );
}
