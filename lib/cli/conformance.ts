import { printable } from '../core/index.js';
import type { Command } from './command.js';
import { allChecks } from './conformance/allChecks.js';
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
    // It loads `ws`, which most commands do without.
    const { Program } = await import('./conformance/program.js');
    const { runChecks } = await import('./conformance/runChecks.js');
    const names = allChecks.map(({ name }) => name);
    const wanted = only?.split(',').map((name) => name.trim()) ?? names;
    for (const name of wanted) {
      if (!names.includes(name)) throw unknown('check', name, names);
    }
    const chosen = allChecks.filter(({ name }) => wanted.includes(name));
    let failed = 0;
    for await (const verdict of runChecks(() => new Program(operand), chosen)) {
      if (!verdict.ok) failed++;
      yield json ? JSON.stringify(verdict) : lineOf(verdict);
    }
    if (failed > 0) throw new Failure('unexpected', `${failed} of ${chosen.length} checks failed`);
  },
};

function lineOf({ ok, check, rules, about, expected, seen }: Verdict): string {
  const said = ok ? about : `expected ${expected}, saw ${seen}`;
  return `${ok ? 'ok  ' : 'FAIL'}  ${check.padEnd(14)}${rules.padEnd(11)}${printable(said, 1_024)}`;
}
