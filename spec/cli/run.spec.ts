import { describe, expect, it } from '@jest/globals';
import { endOf, run } from '../../lib/cli/run.js';

const TOKEN = '0123456789abcdef';

/** What a command prints, and how it ends. */
async function ended(args: string, env: Readonly<Record<string, string>> = {}) {
  const printed: unknown[] = [];
  try {
    const argv = args.split(' ').filter(Boolean);
    for await (const screen of run(argv, { env, isTerminal: false })) printed.push(screen);
  } catch (error) {
    return { printed, ...endOf(error) };
  }
  return { printed, exitCode: 0 };
}

const failed = (line: string) => ({ printed: [], line, exitCode: 2 });

describe('run', () => {
  it('says what a command takes, whatever else is given', async () => {
    const { printed, ...rest } = await ended('websocket:stats --url x --help');

    expect(rest).toEqual({ exitCode: 0 });
    expect(String(printed)).toMatch(/^Usage: rx-process websocket:stats \[options\]\n/);
    expect(String(printed)).toContain('\n  --watch[=2s] ');
    expect(String(printed)).not.toContain('--require-server');
  });

  it.each([
    {
      args: '',
      line: 'give a command: websocket:info, websocket:stats, serve, new, conformance, doctor, completion',
    },
    {
      args: 'websocket:stat',
      line: `unknown command "websocket:stat"; did you mean 'websocket:stats'?`,
    },
    { args: 'x', line: 'unknown command "x"; see rx-process --help' },
    { args: '--verzion=1', line: `unknown option "--verzion"; did you mean '--version'?` },
    {
      args: 'websocket:info --jsn',
      line: `unknown option "--jsn"; did you mean '--json'?`,
    },
    { args: 'websocket:info --watch', line: 'unknown option "--watch"; see rx-process --help' },
    { args: 'websocket:info -j', line: 'unknown option "-j"; see rx-process --help' },
    { args: 'websocket:info --url', line: "option '--url <value>' argument missing" },
    { args: 'websocket:info --json=1', line: "option '--json' does not take an argument" },
    { args: 'serve a b', line: 'serve: there is no argument "b"' },
    { args: 'websocket:info x', line: 'websocket:info: there is no argument "x"' },
    {
      args: 'websocket:stats --timeout 5',
      line: '--timeout: "5" is no duration from 1ms to 24h, such as 2s',
    },
    {
      args: 'websocket:stats --watch=0s',
      line: '--watch: "0s" is no duration from 1ms to 24h, such as 2s',
    },
    { args: 'conformance', line: 'conformance: give <command>' },
    {
      args: 'conformance x --only helo',
      line: `unknown check "helo"; did you mean 'hello'?`,
    },
    { args: 'doctor', line: 'doctor: give <url>' },
    { args: 'doctor x', line: 'doctor: give a URL, such as wss://app.example.com/ws' },
    {
      args: 'doctor ftp://app.example.com',
      line: 'doctor: give a URL, such as wss://app.example.com/ws',
    },
    {
      args: 'doctor wss://me:secret@app.example.com',
      line: 'doctor: others can read the password of a URL: leave it out, and give --header-file',
    },
    {
      args: 'doctor wss://a.example --origin app.example.com',
      line: '--origin: "app.example.com" is no origin, such as https://app.example.com',
    },
    {
      args: 'doctor wss://a.example --idle 65',
      line: '--idle: "65" is no duration from 1ms to 24h, such as 2s',
    },
    {
      args: 'doctor wss://a.example --header-file package.json',
      line: '--header-file: line 1 is no header, such as Cookie: …',
    },
    { args: 'completion', line: 'completion: give one of bash, zsh, fish' },
    { args: 'completion ksh', line: 'completion: give one of bash, zsh, fish' },
  ])("ends '$args' with 2 and a line (CL2)", async ({ args, line }) => {
    expect(await ended(args, { RX_PROCESS_ADMIN_TOKEN: TOKEN })).toEqual(failed(line));
  });

  it.each([`--token ${TOKEN}`, `--token=${TOKEN}`])(
    'takes no token as an argument, and does not repeat it: %s (CL1)',
    async (option) => {
      const line =
        '--token: everybody on this machine could read it; set RX_PROCESS_ADMIN_TOKEN, or give --token-file';

      expect(await ended(`websocket:stats ${option}`)).toEqual(failed(line));
    },
  );

  const URL_LINE = 'give the URL of the admin endpoint, such as http://127.0.0.1:3000/_rx';
  it.each([
    'x',
    'ws://127.0.0.1/_rx',
    'http://me:secret@127.0.0.1/_rx',
    'http://127.0.0.1/?a=secret',
  ])('takes no such URL, and does not repeat it: %s (CL1)', async (url) => {
    const env = { RX_PROCESS_ADMIN_TOKEN: TOKEN, RX_PROCESS_ADMIN_URL: url };

    expect(await ended(`websocket:info --url ${url}`)).toEqual(failed(`--url: ${URL_LINE}`));
    expect(await ended('websocket:info', env)).toEqual(failed(`RX_PROCESS_ADMIN_URL: ${URL_LINE}`));
  });

  it.each([
    { file: '/nowhere', line: '--token-file: "/nowhere" cannot be read (ENOENT)' },
    { file: '/dev/null', line: '--token-file: a token is one word of visible ASCII characters' },
  ])('ends with 2: $line', async ({ file, line }) => {
    expect(await ended(`websocket:info --token-file ${file}`)).toEqual(failed(line));
  });

  it('ends with 2 where it cannot be a header', async () => {
    expect(await ended('websocket:info', { RX_PROCESS_ADMIN_TOKEN: 'two words' })).toEqual(
      failed('RX_PROCESS_ADMIN_TOKEN: a token is one word of visible ASCII characters'),
    );
  });
});
