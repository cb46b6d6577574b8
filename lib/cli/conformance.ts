import { printable } from '../core/index.js';
import type { Command } from './command.js';
import { allChecks } from './conformance/allChecks.js';
import type { Check } from './conformance/check.js';
import { NotStarted, Program } from './conformance/program.js';
import type { Verdict } from './conformance/runChecks.js';
import { Failure } from './failure.js';
import { unknown } from './readArguments.js';

/** Checks a client of the protocol, in any language, by a server that plays what servers do (CL8). */
export const conformance: Command = {
  name: 'conformance',
  about: 'check a client of rx-process.v1: a program that reads and writes lines of JSON',
  operand: { name: '<command>' },
  options: ['only', 'json'],
  async *run({ values: { only, json }, operand = '' }) {
    const chosen = choose(only);
    let failed = 0;
    try {
      // It loads `ws`, which most commands do without.
      const { runChecks } = await import('./conformance/runChecks.js');
      for await (const verdict of runChecks(() => new Program(operand), chosen)) {
        if (!verdict.ok) failed++;
        yield json ? JSON.stringify(verdict) : lineOf(verdict);
      }
    } catch (error) {
      throw error instanceof NotStarted ? new Failure('unexpected', error.message) : error;
    }
    if (failed > 0) throw new Failure('unexpected', `${failed} of ${chosen.length} checks failed`);
  },
};

/** The checks of these names, in their own order; a `Failure` (usage) for a name that is none. */
function choose(only: string | undefined): readonly Check[] {
  if (only === undefined) return allChecks;
  const wanted = only.split(',').map((name) => name.trim());
  const names = allChecks.map(({ name }) => name);
  const slip = wanted.find((name) => !names.includes(name));
  if (slip !== undefined) throw unknown('check', slip, names);
  return allChecks.filter(({ name }) => wanted.includes(name));
}

function lineOf({ ok, check, rules, about, expected, seen }: Verdict): string {
  const said = ok ? about : `expected ${expected}, saw ${seen}`;
  return `${ok ? 'ok  ' : 'FAIL'}  ${check.padEnd(14)}${rules.padEnd(11)}${printable(said, 1_024)}`;
}
