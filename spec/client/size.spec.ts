import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { read } from '../support/pages.js';

/** What a page loads, bundled and minified by esbuild. */
const bundle = (code: string, ...options: readonly string[]): string => {
  const args = ['--bundle', '--minify', '--format=esm', '--target=es2022', '--loader=ts'];
  return execFileSync('node_modules/.bin/esbuild', [...args, ...options], {
    input: code,
    encoding: 'utf8',
  });
};

/** Bytes of that, compressed, level 9. */
const sizeOf = (code: string, ...options: readonly string[]): number =>
  gzipSync(bundle(code, ...options), { level: 9 }).length;

/** Bytes of as much of rxjs as something uses. */
const rxjsOf = (code: string): number => {
  const imports = bundle(code, '--external:rxjs').matchAll(/import\{([^}]*)\}from"rxjs"/g);
  const names = [...imports].flatMap(([, list]) => list?.split(',') ?? []);
  const used = new Set(names.map((each) => each.split(' as ')[0]));
  return sizeOf(`export { ${[...used]} } from 'rxjs'`);
};

const CLIENT = "export { connectChannels } from './lib/client/index.ts'";

describe('a page that uses rx-process/client', () => {
  it('loads at most 6,000 bytes of it, and 11,000 with rxjs, as docs/clients.md says (CC14)', () => {
    const page = sizeOf(CLIENT);
    const sizes = {
      'rx-process/client with rxjs': page,
      // What a page that has rxjs loads more: in one bundle, no module imports anything.
      'rx-process/client beside rxjs': page - rxjsOf(CLIENT),
      'rx-process/client as a file': sizeOf(CLIENT, '--external:rxjs'),
      'connectRelay with rxjs': sizeOf("export { connectRelay } from './lib/client/index.ts'"),
      phoenix: sizeOf("export { Socket, Presence } from 'phoenix'"),
      'socket.io-client': sizeOf("export { io } from 'socket.io-client'"),
      centrifuge: sizeOf("export { Centrifuge } from 'centrifuge'"),
    };
    console.info(
      Object.entries(sizes)
        .map(([name, size]) => `${size} ${name}`)
        .join('\n'),
    );

    const told = [...read('docs/clients.md').matchAll(/^\| ([\d,]+) \| (.+) \|$/gm)];
    expect(told.map(([, , name]) => name).sort()).toEqual(Object.keys(sizes).sort());
    for (const [, size = '', name] of told) {
      const ratio = sizes[name as keyof typeof sizes] / Number(size.replace(',', ''));
      expect(ratio).toBeCloseTo(1, 1);
    }
    expect(sizes['rx-process/client beside rxjs']).toBeLessThanOrEqual(6_000);
    expect(sizes['rx-process/client with rxjs']).toBeLessThanOrEqual(11_000);
    expect(sizes['rx-process/client as a file']).toBeLessThanOrEqual(6_400);
  });

  it('has nothing of the server in a contract of events, whose makers it costs alone', () => {
    const contract =
      "import { event } from './lib/client/index.ts'; export const say = event('say');";

    expect(sizeOf(contract, '--platform=browser')).toBeLessThan(2_000);
  });
});
