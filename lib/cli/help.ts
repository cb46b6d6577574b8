import type { Command } from './command.js';
import { defaultInfo } from './defaultInfo.js';
import { columns } from './layOut.js';
import { OPTIONS, optionsOf } from './options.js';

/** The help of the program, or of one command. */
export function help(commands: readonly Command[], command?: Command): string {
  return (command === undefined ? program(commands) : one(command)).join('\n');
}

function program(commands: readonly Command[]): string[] {
  const { name, version } = defaultInfo.info;
  return [
    `${name} ${version}`,
    '',
    'Usage: rx-process <command> [options]',
    '',
    ...indented(commands.map((each) => [usage(each), each.about])),
    '',
    ...indented([
      ['<command> --help', 'what it takes'],
      ['--version', 'print the version'],
    ]),
    '',
    'It ends with 0 if all went well, 1 if not as expected, 2 wrong usage, 3 server not reachable,',
    '4 token refused, 5 wrong configuration.',
  ];
}

function one(command: Command): string[] {
  return [
    `Usage: rx-process ${usage(command)} [options]`,
    '',
    `${command.about[0]?.toUpperCase()}${command.about.slice(1)}.`,
    '',
    ...indented(
      optionsOf(command).map((name) => {
        const option: { readonly value?: string; readonly about: string } = OPTIONS[name];
        return [`--${name}${option.value ?? ''}`, option.about];
      }),
    ),
  ];
}

const usage = ({ name, operand }: Command): string =>
  operand === undefined ? name : `${name} ${operand.name}`;

const indented = (pairs: readonly (readonly [string, string])[]): string[] =>
  columns(pairs, 3).map((line) => `  ${line}`);
