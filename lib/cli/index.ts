#!/usr/bin/env node
/**
 * The program `rx-process` (CL1). This file is package.json's `bin`, and nothing imports it.
 *
 * Begin with `command.ts`, what a command is; `commands.ts` is the table of them. What they print of a server is
 * in `infoRows.ts` and `statsRows.ts`, functions without a side effect; `printer.ts` knows the terminal.
 * The room `doctor` checks a deployment from outside: begin with `examine.ts`, and `examination.ts`, which connects; each
 * check is a file of its own that judges what was seen. The room `conformance` checks clients of the protocol: begin with `runChecks.ts`, and `stage.ts`, what a check plays on.
 */
import { Printer } from './printer.js';
import { endOf, run } from './run.js';

const { env, stdout, stderr } = process;
// Who reads has enough, as `head` has.
stdout.on('error', () => process.exit());

const printer = new Printer(stdout);
const progress = (line: string): void => void stderr.write(`\r${line}\x1b[K`);
try {
  const context = { env, isTerminal: stdout.isTTY, ...(stderr.isTTY && { progress }) };
  const screens = run(process.argv.slice(2), context);
  for await (const screen of screens) printer.print(screen);
} catch (error) {
  const { line, exitCode } = endOf(error);
  // What a user's module has begun, a timer say, does not keep it.
  stderr.write(`${line}\n`, () => process.exit(exitCode));
}
