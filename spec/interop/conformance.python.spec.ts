import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { allChecks } from '../../lib/cli/conformance/allChecks.js';
import { Program } from '../../lib/cli/conformance/program.js';
import { runChecks } from '../../lib/cli/conformance/runChecks.js';
import { verdicts } from '../support/verdicts.js';
import { describeWith } from './need.js';

const PYTHON = '/usr/bin/python3';
const CLIENT = join('examples', 'python-client');
const FOLDER = join('.tmp', `python-client-${process.pid}`);

const programOf = (folder: string): Program =>
  new Program(`${PYTHON} ${join(folder, 'conformance.py')}`);

/** A client that does one thing wrong. */
interface Broken {
  readonly check: string;
  readonly has: string;
  readonly instead: string;
}

/** Some of each kind: what the client has in place of a piece of its own. */
const BROKEN: readonly Broken[] = [
  { check: 'offer', has: ', *bearer, UNSUPPORTED]', instead: ', UNSUPPORTED, *bearer, V1]' },
  { check: 'hello', has: '.within(HELLO', instead: '.within(HELLO / 9' },
  { check: 'unknown', has: 'and message.get("channel") in self._channels', instead: '' },
  { check: 'probe', has: '.within(PROBE', instead: '.within(PROBE * 99' },
  { check: 'request', has: 'id = next(self._ids)', instead: 'id = next(self._ids) % 2 + 1' },
  { check: 'answer', has: 'raise ChannelError("not_found")', instead: 'return' },
  { check: 'batch', has: 'len(texts) > 64', instead: 'len(texts) > 65' },
  { check: 'backoff', has: 'random.random() * min', instead: '3 * min' },
  { check: 'codes', has: '1007, 1008', instead: '1007' },
  { check: 'retry', has: '* random.uniform(0.9, 1.1)', instead: '/ 2' },
  { check: 'refused', has: '(401, 403, 404', instead: '(401, 404' },
  { check: 'renewal', has: ' and self._renewals <= 2', instead: '' },
  { check: 'subscribe', has: 'max(error.after, ', instead: 'max(0, ' },
  { check: 'early', has: 'if not self._live:', instead: 'if False:' },
  { check: 'recovery', has: 'if not result.get("recovered"):', instead: 'if True:' },
  { check: 'doubled', has: 'if offset <= self.position', instead: 'if offset < self.position' },
  { check: 'gap', has: 'result.get("reason", "no_history")', instead: '"no_history"' },
  { check: 'resume', has: 'n=self.connection.dials', instead: 'n=1' },
  {
    check: 'once',
    has: 'request.sent and "once" not in request.message\n            self',
    instead: 'request.sent\n            self',
  },
  { check: 'presence', has: 'diff["joins"] + diff["updates"]', instead: 'diff["joins"]' },
  { check: 'presenceHole', has: '> self._version + 1', instead: '> self._version + 99' },
];

/** Makes the broken client; gives its folder. */
function broken({ check, has, instead }: Broken): string {
  const folder = join(FOLDER, check);
  cpSync(CLIENT, folder, { recursive: true });
  const paths = ['channel', 'client', 'connection'].map((name) =>
    join(folder, 'rx_process', `${name}.py`),
  );
  const [path, ...others] = paths.filter((each) => readFileSync(each, 'utf8').includes(has));
  const [before, after, ...more] = path === undefined ? [] : readFileSync(path, 'utf8').split(has);
  if (path === undefined || others.length + more.length > 0) throw new Error(`no single ${has}`);
  writeFileSync(path, `${before}${instead}${after}`);
  return folder;
}

describeWith({
  command: PYTHON,
  args: ['-c', 'import websockets'],
  cure: 'apt-get install python3-websockets',
})('conformance', () => {
  afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

  it('finds nothing wrong with the client in Python (CL8, CL9)', async () => {
    const said = await verdicts(() => programOf(CLIENT), allChecks);

    expect(said.filter(({ ok }) => !ok)).toEqual([]);
    expect(said).toHaveLength(allChecks.length);
  }, 60_000);

  it('finds what is wrong with each of those that are broken (CL8)', async () => {
    mkdirSync(FOLDER, { recursive: true });
    const waiting = [...BROKEN];
    const missed: string[] = [];
    // A few at a time: they mostly wait.
    const next = async (): Promise<void> => {
      for (let each = waiting.shift(); each !== undefined; each = waiting.shift()) {
        const folder = broken(each);
        const chosen = allChecks.filter(({ name }) => name === each.check);
        for await (const { ok, check } of runChecks(() => programOf(folder), chosen, 1)) {
          if (ok) missed.push(check);
        }
      }
    };
    await Promise.all([next(), next(), next(), next(), next(), next()]);

    expect(missed).toEqual([]);
  }, 60_000);
});
