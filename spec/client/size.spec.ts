import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { read } from '../support/pages.js';

/** Bytes of what a page loads that uses this, minified by esbuild and compressed, level 9 (CC14). */
function sizeOf(code: string, ...options: readonly string[]): number {
  const args = [
    '--bundle',
    '--minify',
    '--format=esm',
    '--target=es2022',
    '--loader=ts',
    ...options,
  ];
  const bundle = execFileSync('node_modules/.bin/esbuild', args, { input: code });
  return gzipSync(bundle, { level: 9 }).length;
}

const CLIENT = "export { connectChannels } from './lib/client/index.ts'";

describe('a page that uses rx-process/client', () => {
  it('loads at most 6,500 bytes of it, and 11,000 with rxjs, as docs/clients.md says (CC14)', () => {
    const sizes = {
      'rx-process/client alone': sizeOf(CLIENT, '--external:rxjs'),
      'rx-process/client with rxjs': sizeOf(CLIENT),
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
    expect(sizes['rx-process/client alone']).toBeLessThanOrEqual(6_500);
    expect(sizes['rx-process/client with rxjs']).toBeLessThanOrEqual(11_000);
  });

  it('has nothing of the server in a contract of events, whose makers it costs alone', () => {
    const contract =
      "import { event } from './lib/client/index.ts'; export const say = event('say');";

    expect(sizeOf(contract, '--platform=browser')).toBeLessThan(2_000);
  });
});
