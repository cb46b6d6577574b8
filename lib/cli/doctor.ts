import type { Command, Screen } from './command.js';
import type { Verdict } from './doctor/examine.js';
import { shownUrl } from './doctor/site.js';
import { Failure } from './failure.js';
import { progressBar } from './progressBar.js';
import { readSite } from './readSite.js';

/** Checks a deployment from outside, as a browser would see it, and says what to change (CL7). */
export const doctor: Command = {
  name: 'doctor',
  about: 'check a deployment from outside, and say what to change in nginx or Express',
  operand: { name: '<url>' },
  options: ['origin', 'header-file', 'timeout', 'idle', 'json'],
  async *run({ values, operand = '' }, { progress = () => {} }) {
    const site = readSite(operand, values);
    const url = shownUrl(site.url);
    // They load `ws`, which most commands do without.
    const { Examination } = await import('./doctor/examination.js');
    const { examine } = await import('./doctor/examine.js');
    const { allChecks } = await import('./doctor/allChecks.js');
    const examination = new Examination(site, (millis) =>
      progress(progressBar('idle', millis, site.idle)),
    );
    if (!values.json) yield `${url}, as a page of ${site.page}`;
    const checks: Verdict[] = [];
    for await (const verdict of examine(examination)) {
      progress('');
      checks.push(verdict);
      if (!values.json) yield rowOf(verdict);
    }
    const skipped = allChecks.slice(checks.length).map(({ name }) => name);
    const { connections } = examination;
    yield values.json
      ? JSON.stringify({ url, origin: site.page, checks, skipped, connections })
      : `opened ${connections} connection${connections === 1 ? '' : 's'}, one at a time, and closed all`;
    conclude(url, checks, skipped);
  },
};

function rowOf({ result, name, text, cure }: Verdict): Screen {
  return { rows: [[`${result.padEnd(6)}${name.padEnd(11)}`, text, ...(cure?.split('\n') ?? [])]] };
}

/** Ends with a `Failure` if a check has failed. */
function conclude(url: string, checks: readonly Verdict[], skipped: readonly string[]): void {
  const failed = checks.filter(({ result }) => result === 'FAIL').map(({ name }) => name);
  if (failed.includes('server')) throw new Failure('unreachable', `no server at ${url}`);
  if (failed.length === 0) return;
  const rest = skipped.length === 0 ? '' : `; not looked at: ${skipped.join(', ')}`;
  throw new Failure('unexpected', `${failed.length} of ${checks.length} checks failed${rest}`);
}
