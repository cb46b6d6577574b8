import { printable } from '../core/index.js';
import type { Context, Screen } from './command.js';
import { commands } from './commands.js';
import { defaultInfo } from './defaultInfo.js';
import { Failure } from './failure.js';
import { help } from './help.js';
import { readArguments, unknown } from './readArguments.js';

/** Runs the program: what it prints, a screen at a time; a `Failure` is what it ends with (CL1). */
export async function* run(argv: readonly string[], context: Context): AsyncGenerator<Screen> {
  const [name, ...rest] = argv;
  if (name === '--help') return yield help(commands);
  if (name === '--version') return yield defaultInfo.info.version;
  const names = commands.map((each) => each.name);
  if (name === undefined) throw new Failure('usage', `give a command: ${names.join(', ')}`);
  const command = commands.find((each) => each.name === name);
  if (command === undefined) {
    throw name.startsWith('-')
      ? unknown('option', name.split('=', 1)[0] as string, ['--help', '--version'])
      : unknown('command', name, names);
  }
  const given = readArguments(command, rest);
  if (given.values.help) yield help(commands, command);
  else yield* command.run(given, context);
}

/** What stands on stderr about an error, in one line, and the exit code (CL2). */
export function endOf(error: unknown): { readonly line: string; readonly exitCode: number } {
  const { message } = error as Error;
  if (error instanceof Failure) return { line: message, exitCode: error.exitCode };
  return { line: `unexpected: ${printable(message, 1_024)}`, exitCode: 1 };
}
