import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const place = (name: string): string =>
  fileURLToPath(new URL(`./node/${name}.ts`, import.meta.url));

/** Bundles the worker of the page `Try it`: the core runs there as it is, on small stand-ins for Node's modules. */
export async function bundleRunner(outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL('./runner.ts', import.meta.url))],
    outfile,
    ...{ bundle: true, minify: true, format: 'iife', platform: 'browser', target: 'es2022' },
    keepNames: true,
    conditions: ['es2015'],
    // A program says there what it would say on a developer's machine.
    define: { 'process.env.NODE_ENV': '"development"' },
    inject: [place('globals')],
    alias: {
      'node:async_hooks': place('asyncHooks'),
      'node:events': place('events'),
      'node:perf_hooks': place('perfHooks'),
      'node:timers': place('timers'),
      'node:util': place('util'),
    },
  });
}
