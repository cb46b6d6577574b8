import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { cleanUp, deferred } from '../express/support.js';
import { describeWith, type Need } from '../interop/need.js';
import { STATS } from '../support/admin.js';
import { BIN, build, clear, run, serve, start } from './program.js';

beforeAll(build);
afterEach(cleanUp);
afterAll(clear);

/** What begins an escape sequence. */
const ESC = '\x1b';

const watch = (option: string, env: Readonly<Record<string, string>>) =>
  start(process.execPath, [BIN, 'websocket:stats', option], env);

describe('--watch', () => {
  it('prints a line a sample where nobody sees it, and ends with 0 at Ctrl-C (CL1, CL3)', async () => {
    const { until, child, ended } = watch('--watch=20ms', await serve());
    await until(/(.*\n){3}/);

    child.kill('SIGINT');

    const { code, out, err } = await ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(
      /^(2026-11-26T08:00:02\.000Z · 1,204 connections \(311 active\) · .* ms\n){3,}$/,
    );
  });

  it('prints an object a sample as JSON (CL3)', async () => {
    const args = [BIN, 'websocket:stats', '--json', '--watch=20ms'];
    const { until, child, ended } = start(process.execPath, args, await serve());
    await until(/(.*\n){2}/);

    child.kill('SIGINT');

    const { code, out } = await ended;
    expect(code).toBe(0);
    for (const line of out.trimEnd().split('\n')) expect(JSON.parse(line)).toEqual(STATS);
  });

  it('ends with 0 at Ctrl-C also while it waits for the next sample, or for an answer', async () => {
    const asked = deferred();
    const patient = watch('--watch=1h', await serve());
    const curious = watch('--watch', await serve(() => asked.resolve()));
    await Promise.all([patient.until(/\n/), asked.promise]);

    patient.child.kill('SIGINT');
    curious.child.kill('SIGINT');

    expect(await patient.ended).toMatchObject({ code: 0, err: '' });
    expect(await curious.ended).toEqual({ code: 0, out: '', err: '' });
  });

  it('ends as it would without when the server goes (CL2)', async () => {
    let isGone = false;
    const env = await serve((_request, response) => {
      response.status(isGone ? 401 : 200).json(STATS);
      isGone = true;
    });

    const { code, out, err } = await run('websocket:stats --watch=1ms', env);

    expect({ code, err }).toEqual({ code: 4, err: 'the server refused the token (401)\n' });
    expect(out.split('\n')).toHaveLength(2);
  });

  it('ends quietly when its reader has enough', async () => {
    const env = await serve();
    const line = `${process.execPath} ${BIN} websocket:stats --watch=5ms | head -n 2`;

    const { out, err, code } = await start('bash', ['-o', 'pipefail', '-c', line], env).ended;

    expect({ lines: out.trimEnd().split('\n').length, err, code }).toEqual({
      lines: 2,
      err: '',
      code: 0,
    });
  });
});

const SCRIPT: Need = {
  command: 'script',
  args: ['--version'],
  cure: 'it lends a terminal, and is in util-linux (Debian: bsdutils)',
};

describeWith(SCRIPT)('in a terminal', () => {
  /** What a terminal of this size gets to see; where CI is set, Node shows no colours. */
  const seen = (args: string, env: Readonly<Record<string, string>>, size = '') => {
    const line = `${size}env -u CI ${process.execPath} ${BIN} ${args}`;
    return start('script', ['--quiet', '--return', '--command', line, '/dev/null'], env);
  };

  it('labels are bold, unless NO_COLOR is set (CL1)', async () => {
    const env = await serve();

    const bold = await seen('websocket:stats', env).ended;
    const plain = await seen('websocket:stats', { ...env, NO_COLOR: '1' }).ended;
    const dumb = await seen('websocket:stats', { ...env, TERM: 'dumb' }).ended;

    expect(bold).toMatchObject({ code: 0 });
    expect(bold.out).toContain(`${ESC}[1mConnections   ${ESC}[22m1,204 total`);
    expect(plain.out).toMatch(/^Connections {3}1,204 total/);
    expect(plain.out).not.toContain(ESC);
    expect(dumb.out).toBe(plain.out);
  });

  it('--watch draws over what was there (CL3)', async () => {
    const env = { ...(await serve()), NO_COLOR: '1' };
    const { until, ended, child } = seen(
      'websocket:stats --watch=20ms',
      env,
      'stty cols 40 rows 6; exec ',
    );

    await until(/(?:\[5A.*){2}/s);
    child.kill('SIGTERM');

    const [first = '', second = ''] = (await ended).out.split(`${ESC}[5A`);
    const lines = first.split('\r\n');
    // What does not fit is cut, or it would scroll: lines have 39 characters, tables a line less than there is.
    expect(lines[0]).toBe(`Connections   1,204 total · 311 active…${ESC}[K`);
    expect(lines).toHaveLength(6);
    expect(lines[5]).toBe(`${ESC}[J`);
    expect(second).toBe(first);
  });
});
