import { printable } from '../../core/index.js';
import { allChecks } from './allChecks.js';
import { type Examination, Refused } from './examination.js';
import { type Finding, fail } from './finding.js';
import { refused } from './refused.js';

/** Does one check after the other, and gives the verdict of each when it is there; a vital one that fails is the last. */
export async function* examine(examination: Examination): AsyncGenerator<Verdict> {
  for (const { name, isVital, run } of allChecks) {
    const finding = await run(examination).catch((error) => notLetIn(error, examination));
    yield { name, ...printed(finding) };
    if (isVital && finding.result === 'FAIL') return;
  }
}

/** What a server has said is in it, and is read at a terminal, out of JSON as well. */
function printed({ result, text, cure }: Finding): Finding {
  const lines = cure?.split('\n').map((line) => printable(line, MOST));
  return { result, text: printable(text, MOST), ...(lines && { cure: lines.join('\n') }) };
}

/** Characters of a line. */
const MOST = 2_000;

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
