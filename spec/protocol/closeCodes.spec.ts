import { describe, expect, it } from '@jest/globals';
import { formatDuration } from '../../lib/core/index.js';
import { type CloseCode, closeCode, closeCodes } from '../../lib/protocol/index.js';
import { causeOfLeaving } from '../../lib/relay/causeOfEnd.js';
import { verdict } from '../../lib/relay/verdict.js';
import { read } from '../support/pages.js';

/** A row of the table in docs/relay.md. */
const shown = ({ code, name, meaning, reconnect, after }: CloseCode): string => {
  const when = after > 0 ? `, not before ${formatDuration(after)}` : '';
  const back = reconnect === 'new token' ? 'with a new token' : `${reconnect}${when}`;
  return `| ${name.startsWith('other') ? '' : code} | ${name} | ${meaning} | ${back} |`;
};

describe('closeCodes', () => {
  it('has each code once, in order, and cannot be changed (Z6)', () => {
    const codes: number[] = closeCodes.map(({ code }) => code);

    expect(codes).toEqual([...new Set(codes)].sort((a, b) => a - b));
    expect(new Set(closeCodes.map(({ name }) => name)).size).toBe(codes.length);
    expect([closeCodes, ...closeCodes].every(Object.isFrozen)).toBe(true);
  });

  it('is the table of docs/relay.md (Z6)', () => {
    const rows = [...closeCodes, closeCode(3999), closeCode(4999)] as CloseCode[];
    const table = read('docs/relay.md').split(
      '\n| Code | Name | Meaning | Come back? |\n|---|---|---|---|\n',
    )[1];

    expect(table?.split('\n\n')[0]?.split('\n')).toEqual(rows.map(shown));
  });

  it('has every code that the relay closes with (Z6)', () => {
    const frames = [
      verdict({ type: 'target', exit: { type: 'normal' } } as never),
      verdict({ type: 'target', exit: { type: 'shutdown' } } as never),
      verdict({ type: 'target', exit: { type: 'killed' } }),
      verdict({ type: 'target', exit: { type: 'noconnection' } }),
      verdict({ type: 'slow', who: 'consumer' }),
      ...([1002, 1007, 1008, 1009] as const).map((code) => verdict({ type: 'violation', code })),
      ...(['rate', 'message', 'hold', 'idle'] as const).map((limit) =>
        verdict({ type: 'exceeded', limit }),
      ),
      verdict({ type: 'expired' }),
      verdict({ type: 'drain', code: 1012, retry: 0 }),
    ].map(({ frame }) => frame?.code ?? 0);

    expect(frames.filter((code) => closeCode(code) === undefined)).toEqual([]);
    expect(verdict(causeOfLeaving({ code: 1006, reason: '' })).leave).toBe(closeCode(1006).name);
  });
});

describe('closeCode', () => {
  it.each([
    { code: 1000, reconnect: 'no', after: 0 },
    { code: 1001, reconnect: 'yes', after: 0 },
    { code: 1013, reconnect: 'yes', after: 5_000 },
    { code: 3000, reconnect: 'yes', after: 0 },
    { code: 3999, reconnect: 'yes', after: 0 },
    { code: 4000, reconnect: 'no', after: 0 },
    { code: 4401, reconnect: 'new token', after: 0 },
    { code: 4429, reconnect: 'yes', after: 10_000 },
    { code: 4999, reconnect: 'no', after: 0 },
  ])('says after $code: $reconnect, $after ms (Z6)', ({ code, ...back }) => {
    expect(closeCode(code)).toMatchObject({ code, ...back });
  });

  it.each([0, 999, 1004, 1015, 2999, 5000, 4000.5, Number.NaN, '4000'])(
    'does not know %p, which no close event has (Z6)',
    (code) => {
      expect(closeCode(code as number)).toBeUndefined();
    },
  );
});
