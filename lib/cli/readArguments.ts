import { parseArgs } from 'node:util';
import { shown, suggestion } from '../core/index.js';
import type { Command, Given } from './command.js';
import { Failure } from './failure.js';
import { OPTIONS, optionsOf } from './options.js';

/** Reads what stands behind the name of a command; a `Failure` (usage) if the command has no such thing (CL1). */
export function readArguments(command: Command, argv: readonly string[]): Given {
  const names = optionsOf(command);
  const end = argv.indexOf('--');
  for (const arg of argv.slice(0, end < 0 ? argv.length : end)) checkOption(arg, names);
  const options = Object.fromEntries(names.map((name) => [name, { type: OPTIONS[name].type }]));
  // The only option whose value may be left out, which parseArgs does not know.
  const args = argv.map((arg) => (arg === '--watch' ? '--watch=2s' : arg));
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    return { values, operand: values.help ? undefined : readOperand(command, positionals) };
  } catch (error) {
    if (error instanceof Failure) throw error;
    const [line = ''] = (error as Error).message.split('\n');
    throw new Failure('usage', line.replace(/^Option/, 'option'));
  }
}

function checkOption(arg: string, names: readonly string[]): void {
  const [option = ''] = arg.split('=', 1);
  if (!option.startsWith('-') || option === '-' || names.includes(option.replace(/^--/, '')))
    return;
  if (option === '--token') {
    const advice = 'set RX_PROCESS_ADMIN_TOKEN, or give --token-file';
    throw new Failure('usage', `--token: everybody on this machine could read it; ${advice}`);
  }
  throw unknown(
    'option',
    option,
    names.map((name) => `--${name}`),
  );
}

/** A slip, with what was probably meant. */
export function unknown(what: string, text: string, known: readonly string[]): Failure {
  const hint = suggestion(text, known) || '; see rx-process --help';
  return new Failure('usage', `unknown ${what} ${shown(text)}${hint}`);
}

function readOperand({ name, operand }: Command, given: readonly string[]): string | undefined {
  const [first, second] = given;
  const superfluous = operand === undefined ? first : second;
  if (superfluous !== undefined) {
    throw new Failure('usage', `${name}: there is no argument ${shown(superfluous)}`);
  }
  if (operand === undefined || (first === undefined && operand.name.startsWith('['))) return;
  if (first !== undefined && operand.values?.includes(first) !== false) return first;
  const wanted = operand.values ? `one of ${operand.values.join(', ')}` : operand.name;
  throw new Failure('usage', `${name}: give ${wanted}`);
}
