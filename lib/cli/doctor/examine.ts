import { allChecks } from './allChecks.js';
import { type Examination, Refused } from './examination.js';
import { type Finding, fail } from './finding.js';
import { refused } from './refused.js';

/** Does one check after the other, and gives the verdict of each when it is there; a vital one that fails is the last. */
export async function* examine(examination: Examination): AsyncGenerator<Verdict> {
  for (const { name, isVital, run } of allChecks) {
    const finding = await run(examination).catch((error) => notLetIn(error, examination));
    yield { name, ...finding };
    if (isVital && finding.result === 'FAIL') return;
  }
}

/** What a check has come to. */
export interface Verdict extends Finding {
  readonly name: string;
}

/** A check needs a connection, and gets none any more. */
function notLetIn(error: unknown, { site }: Examination): Finding {
  if (!(error instanceof Refused)) throw error;
  const { text, cure } = refused(error.answer, site);
  return fail(`not looked at: ${text}`, cure);
}
