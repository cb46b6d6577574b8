import { afterEach, describe, expect, it } from '@jest/globals';
import { account } from '../../examples/10-trace-to-test.js';
import { done, send } from '../../lib/index.js';
import { message } from '../../lib/testing/index.js';
import { cleanUp, within } from '../express/support.js';
import { marbles } from '../support/marbles.js';
import { run } from './start.js';

afterEach(cleanUp);

const receipt = (line: object) => send('customer', 'account.receipt', line);

describe('examples/10-trace-to-test', () => {
  it('prints what happened as rows and as a spec, and ends', async () => {
    const { exited, printed, complained } = run('examples/10-trace-to-test.ts');

    expect([await within(exited, 'the exit', 20_000), complained()]).toEqual([
      { code: 0, signal: null },
      '',
    ]);
    // Real time: how many milliseconds lie between, nobody knows.
    const signs = (row: string) =>
      new RegExp(`^ *${row}(.*?)[';]*(, messages\\))?;?$`, 'm')
        .exec(printed())?.[1]
        ?.replace(/-|\d+ms|\s/g, '');
    expect([
      signs('inbox '),
      signs('commands '),
      signs("const inbox = hot\\('"),
      signs("const expected = '"),
    ]).toEqual(['dwic', 're(po|)', 'dwic', 're(po|)']);
    expect(printed()).toContain("import { account } from './10-trace-to-test.js';");
  }, 30_000);

  it(
    'is about an account that is never overdrawn',
    marbles(({ hot, run: perform, expectObservable }) => {
      const inbox = hot('dwic', {
        d: message('account.deposit', 50),
        w: message('account.withdraw', 80),
        i: message('account.withdraw', 20),
        c: message('account.close'),
      });
      const expected = ' -re(po|)';

      expectObservable(perform(account, inbox)).toBe(expected, {
        r: receipt({ refused: 80 }),
        e: receipt({ paid: 20 }),
        p: receipt({ paid: 30 }),
        o: done(),
      });
    }),
  );
});
