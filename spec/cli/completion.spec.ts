import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { commands } from '../../lib/cli/commands.js';
import { OPTIONS, type OptionName } from '../../lib/cli/options.js';
import { run } from '../../lib/cli/run.js';

/** The script for a shell. */
async function scriptFor(shell: string): Promise<string> {
  const screens = run(['completion', shell], { env: {}, isTerminal: false });
  return String((await screens.next()).value);
}

/** What bash makes of a line, when Tab is pressed at its end. */
function completed(script: string, line: string): string[] {
  const press = `COMP_LINE=$1 COMP_POINT=\${#1}; _rx_process; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const args = ['--norc', '-c', `${script}\n${press}`, 'bash', line];
  const { stdout, stderr } = spawnSync('bash', args, { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter(Boolean);
}

describe('completion', () => {
  it.each([
    { line: 'rx-process ', words: [...commands.map(({ name }) => name), '--help', '--version'] },
    { line: 'rx-process websocket:s', words: ['stats'] },
    { line: 'rx-process websocket:', words: ['info', 'stats'] },
    { line: 'rx-process websocket:stats --t', words: ['--token-file', '--timeout'] },
    { line: 'rx-process websocket:stats --n', words: ['--node'] },
    { line: 'rx-process websocket:info --n', words: [] },
    { line: 'rx-process websocket:stats --json --w', words: ['--watch'] },
    { line: 'rx-process websocket:info --w', words: [] },
    { line: 'rx-process completion ', words: ['bash', 'zsh', 'fish', '--help'] },
    { line: 'rx-process serve --', words: ['--import', '--token-file', '--help'] },
    { line: 'rx-process conformance --', words: ['--only', '--json', '--help'] },
    {
      line: 'rx-process doctor --',
      words: ['--origin', '--header-file', '--timeout', '--idle', '--json', '--help'],
    },
    { line: 'rx-process doctor wss://app.example.com --header-file ', words: [] },
    { line: 'rx-process nothing --', words: [] },
    // Left to what bash does with files.
    { line: 'rx-process websocket:info --token-file ', words: [] },
    { line: 'rx-process serve --import ', words: [] },
    { line: 'rx-process serve conf', words: [] },
  ])("offers in bash after '$line' $words", async ({ line, words }) => {
    expect(completed(await scriptFor('bash'), line)).toEqual(words);
  });

  it('lets bash complete a line that is edited in its middle', async () => {
    const script = (await scriptFor('bash')).replace('COMP_POINT}', '12}');

    expect(completed(script, 'rx-process w --json')).toEqual(['websocket:info', 'websocket:stats']);
  });

  it.each([
    { shell: 'zsh', option: (name: OptionName) => `'--${name}${name === 'watch' ? '=-' : ''}[` },
    { shell: 'fish', option: (name: OptionName) => ` -l ${name} ` },
  ])('tells $shell of every command, of its options, and what they are for', async (each) => {
    const lines = (await scriptFor(each.shell)).split('\n');

    for (const { name, about, options } of commands) {
      const own = lines.filter((line) => line.replaceAll('\\', '').includes(name)).join('\n');
      expect(own).toContain(about);
      for (const option of options) {
        expect(own).toContain(each.option(option));
        expect(own.replaceAll('\\', '')).toContain(OPTIONS[option].about);
      }
    }
  });
});
