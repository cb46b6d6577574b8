import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = (name: string): string => fileURLToPath(new URL(`./${name}.ts`, import.meta.url));

/**
 * Bundles what runs on the page `Try it`: the page's own script, and the worker, in which the core runs as it is, on small
 * stand-ins for Node's modules.
 */
export async function bundleTry(outdir: string): Promise<void> {
  const common = { outdir, bundle: true, minify: true, target: 'es2022' };
  await build({ ...common, entryPoints: [here('page')], format: 'esm' });
  await build({
    ...common,
    entryPoints: [here('runner')],
    format: 'iife',
    keepNames: true,
    conditions: ['es2015'],
    // A program says there what it would say on a developer's machine.
    define: { 'process.env.NODE_ENV': '"development"' },
    inject: [here('node/globals')],
    alias: {
      'node:async_hooks': here('node/asyncHooks'),
      'node:events': here('node/events'),
      'node:perf_hooks': here('node/perfHooks'),
      'node:timers': here('node/timers'),
      'node:util': here('node/util'),
    },
  });
}
