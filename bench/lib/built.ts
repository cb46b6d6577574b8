// The benchmarks measure what users install, the compiled package: a loader that compiles on the fly
// wraps every function to keep its name, which costs each closure some 250 bytes.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';

const root = new URL('../../', import.meta.url);

/** Compiles lib into dist, unless dist is newer than all of it. */
export function build(): void {
  const newest = readdirSync(new URL('lib/', root), { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(new URL(`lib/${name}`, root)).mtimeMs)
    .reduce((a, b) => Math.max(a, b));
  const built = new URL('dist/index.js', root);
  if (existsSync(built) && statSync(built).mtimeMs > newest) return;
  const tsc = new URL('node_modules/typescript/bin/tsc', root);
  execFileSync(process.execPath, [tsc.pathname, '-p', 'lib'], { cwd: root, stdio: 'inherit' });
}

/** The package without its adapters, as its users import it. */
export function builtCore(): Promise<typeof import('../../lib/index.js')> {
  return import(new URL('dist/index.js', root).href);
}

/** Its clients of other servers. */
export function builtWs(): Promise<typeof import('../../lib/ws/index.js')> {
  return import(new URL('dist/ws/index.js', root).href);
}

/** The package as its users import it. */
export async function rxProcess(): Promise<
  typeof import('../../lib/index.js') &
    typeof import('../../lib/channels/index.js') &
    typeof import('../../lib/express/index.js') &
    typeof import('../../lib/http/index.js')
> {
  build();
  const core = await builtCore();
  const channels = await import(new URL('dist/channels/index.js', root).href);
  const express = await import(new URL('dist/express/index.js', root).href);
  const http = await import(new URL('dist/http/index.js', root).href);
  return { ...core, ...channels, ...express, ...http };
}

/** The page that shows a running system. */
export function builtDevtools(): Promise<typeof import('../../lib/devtools/index.js')> {
  return import(new URL('dist/devtools/index.js', root).href);
}

/** The client of channels, as its users import it. */
export function builtClient(): Promise<typeof import('../../lib/client/index.js')> {
  return import(new URL('dist/client/index.js', root).href);
}

/** Processes on several nodes. */
export function builtCluster(): Promise<typeof import('../../lib/cluster/index.js')> {
  return import(new URL('dist/cluster/index.js', root).href);
}

/** The history of channels in JetStream. */
export function builtJetStream(): Promise<typeof import('../../lib/jetstream/index.js')> {
  return import(new URL('dist/jetstream/index.js', root).href);
}
