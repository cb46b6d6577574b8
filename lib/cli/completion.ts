import type { Command } from './command.js';
import { OPTIONS, type OptionName, optionsOf } from './options.js';

/**
 * The command `completion`: a script that has a shell complete the program's commands and options.
 *
 * @param all every command, asked when the script is made
 */
export const completion = (all: () => readonly Command[]): Command => ({
  name: 'completion',
  about: 'a script by which a shell completes these, for your profile',
  operand: { name: '<shell>', values: Object.keys(SHELLS) },
  options: [],
  async *run({ operand }) {
    yield SHELLS[operand as keyof typeof SHELLS](all());
  },
});

const SHELLS = { bash, zsh, fish };

const namesOf = (commands: readonly Command[]): string =>
  commands.map(({ name }) => name).join(' ');
const TAKES_FILE: readonly OptionName[] = ['token-file', 'import', 'header-file'];

/** What may follow a command. */
const wordsOf = (command: Command): string =>
  [...(command.operand?.values ?? []), ...optionsOf(command).map((name) => `--${name}`)].join(' ');

function bash(commands: readonly Command[]): string {
  return `# rx-process: eval "$(rx-process completion bash)"
_rx_process() {
  local line="\${COMP_LINE:0:COMP_POINT}" words current known
  read -ra words <<< "$line"
  [[ $line == *' ' ]] && words+=('')
  current="\${words[-1]}"
  if (( \${#words[@]} == 2 )); then known='${namesOf(commands)} --help --version'
  elif [[ \${words[-2]} == @(${TAKES_FILE.map((name) => `--${name}`).join('|')}) ]]; then COMPREPLY=(); return
  else
    case "\${words[1]}" in
${commands.map((each) => `      ${each.name}) known='${wordsOf(each)}' ;;`).join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$known" -- "$current"))
  # bash takes a colon for the end of a word, and replaces only what stands behind it.
  if [[ $current == *:* && $COMP_WORDBREAKS == *:* ]]; then
    COMPREPLY=("\${COMPREPLY[@]#"\${current%"\${current##*:}"}"}")
  fi
}
complete -o default -F _rx_process rx-process`;
}

/** Within single quotes. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function zsh(commands: readonly Command[]): string {
  const escaped = (text: string): string => text.replaceAll(/[[\]:]/g, '\\$&');
  const describe = ({ name, about }: Command): string => quoted(`${escaped(name)}:${about}`);
  const argument = (name: OptionName): string => {
    const option: { readonly type: string; readonly about: string } = OPTIONS[name];
    const about = `[${escaped(option.about)}]`;
    if (name === 'watch') return quoted(`--watch=-${about}::duration:`);
    const value = TAKES_FILE.includes(name) ? ':file:_files' : `:${name}:`;
    return quoted(`--${name}${about}${option.type === 'string' ? value : ''}`);
  };
  const operand = ({ operand }: Command): string[] => {
    if (operand === undefined) return [];
    const values = operand.values ? `(${operand.values.join(' ')})` : '_files';
    return [quoted(`:${escaped(operand.name)}:${values}`)];
  };
  const branch = (command: Command): string => {
    const all = [...operand(command), ...optionsOf(command).map(argument)];
    return `    ${command.name}) _arguments ${all.join(' ')} ;;`;
  };
  return `#compdef rx-process
# rx-process: eval "$(rx-process completion zsh)"
_rx_process() {
  local -a commands=(${commands.map(describe).join(' ')})
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local name=$words[2]
  shift words
  (( CURRENT-- ))
  case $name in
${commands.map(branch).join('\n')}
  esac
}
compdef _rx_process rx-process`;
}

function fish(commands: readonly Command[]): string {
  const first = commands.map(
    ({ name, about }) =>
      `complete -c rx-process -n __fish_use_subcommand -a ${quoted(name)} -d ${quoted(about)}`,
  );
  const rest = commands.flatMap((command) => {
    const when = `complete -c rx-process -n ${quoted(`__fish_seen_subcommand_from ${command.name}`)}`;
    const { operand } = command;
    const files = operand ? [`${when} -F`] : [];
    const values = operand?.values?.map((value) => `${when} -a ${value}`) ?? files;
    const options = optionsOf(command).map((name) => {
      const takes = TAKES_FILE.includes(name)
        ? ' -rF'
        : OPTIONS[name].type === 'string' && name !== 'watch'
          ? ' -x'
          : '';
      return `${when} -l ${name}${takes} -d ${quoted(OPTIONS[name].about)}`;
    });
    return [...values, ...options];
  });
  return [
    '# rx-process: rx-process completion fish | source',
    'complete -c rx-process -f',
    ...first,
    ...rest,
  ].join('\n');
}
