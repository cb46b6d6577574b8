import { describe, expect, it } from '@jest/globals';
import { allChecks } from '../../lib/cli/conformance/allChecks.js';
import { ClientSubject } from '../support/clientSubject.js';
import { verdicts } from '../support/verdicts.js';

describe('connectChannels', () => {
  it('passes every check of `conformance` (CL8)', async () => {
    const said = await verdicts(() => new ClientSubject(), allChecks);

    expect(said.filter(({ ok }) => !ok)).toEqual([]);
    expect(said).toHaveLength(allChecks.length);
  }, 60_000);
});
