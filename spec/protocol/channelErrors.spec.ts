import { describe, expect, it } from '@jest/globals';
import { channelErrors, mayRetry } from '../../lib/protocol/index.js';
import { read } from '../support/pages.js';

describe('channelErrors', () => {
  it('are the codes of docs/rules.md, and say as it does what may be tried again (CP6, CP8)', () => {
    const [, table = ''] = read('docs/rules.md').split(
      '| Code | `retry` | When |\n|---|---|---|\n',
    );
    const rows = (table.split('\n\n')[0] as string).split('\n').map((row) => row.split(' | '));
    const said = rows.flatMap(([codes = '', retry]) =>
      codes
        .replace('| ', '')
        .split(', ')
        .map((code) => [code, retry === 'yes']),
    );

    expect(Object.entries(channelErrors)).toEqual(said);
  });

  it.each(['of_ours', 'toString', '__proto__', ''])(
    'are not those of an application: %p may not be tried again unless it says so',
    (code) => {
      expect(mayRetry(code)).toBe(false);
    },
  );
});
