import type { Draft, Path, Problem } from '../codec/index.js';
import { shown } from '../core/index.js';
import { kernelOf } from '../runtime/index.js';
import { isOriginEntry } from '../upgrade/index.js';
import { type Context, find } from './context.js';

/**
 * What entries refer to, and is not there (CF5): servers, routers, handlers, middleware; and the origins that are
 * none, since what an origin is the relay knows.
 *
 * @param lineOf the line of a place
 */
export function findProblems(
  entries: readonly Draft[],
  context: Context,
  lineOf: (path: Path) => number,
): Problem[] {
  const routers = new Map<string, Draft<'http.router'>>();
  for (const entry of entries) {
    if (entry.kind === 'http.router' && entry.id !== undefined) routers.set(entry.id, entry);
  }
  const inEntries = entries.flatMap((entry) => {
    if (entry.kind === 'http.router') return inRouter(entry, context);
    return entry.kind === 'http.endpoint' ? inEndpoint(entry, routers, context) : [];
  });
  return [...duplicates(entries, lineOf), ...inEntries];
}

function duplicates(entries: readonly Draft[], lineOf: (path: Path) => number): Problem[] {
  const first = new Map<string, Path>();
  return entries.flatMap(({ id, path, fields }) => {
    if (id === undefined) return [];
    const place = [...path, 'name'];
    const other = first.get(id);
    if (other === undefined) {
      first.set(id, place);
      return [];
    }
    const name = shown(fields.name);
    return [{ path: place, message: `duplicate name ${name}, first at line ${lineOf(other)}` }];
  });
}

function inRouter(router: Draft<'http.router'>, context: Context): Problem[] {
  const { path, namespace, middleware } = router;
  const { server } = router.fields.meta ?? {};
  const problems: Problem[] = [];
  if (server !== undefined && find(context.servers, server, namespace) === undefined) {
    const message = `no server ${shown(server)}: ${context.serverHint}`;
    problems.push({ path: [...path, 'meta', 'server'], message });
  }
  for (const { name, path: place } of [...middleware.before, ...middleware.after]) {
    if (context.middleware.has(name)) continue;
    problems.push({ path: place, message: `no middleware ${shown(name)}` });
  }
  for (const origin of middleware.relay?.allowedOrigins ?? []) {
    if (origin.trim() === '' || isOriginEntry(origin)) continue;
    const place = [...path, 'post_options', 'wsrelay.allowed.origins'];
    problems.push({ path: place, message: `invalid origin ${shown(origin.trim())}` });
  }
  return problems;
}

function inEndpoint(
  { path, namespace, fields }: Draft<'http.endpoint'>,
  routers: ReadonlyMap<string, Draft<'http.router'>>,
  { handlers, system }: Context,
): Problem[] {
  const { meta, func, method = 'GET' } = fields;
  const problems: Problem[] = [];
  const router = meta?.router && find(routers, meta.router, namespace);
  if (meta?.router !== undefined && router === undefined) {
    const message = `no router ${shown(meta.router)}`;
    problems.push({ path: [...path, 'meta', 'router'], message });
  }
  if (func === undefined || find(handlers, func, namespace) !== undefined) return problems;
  const place = [...path, 'func'];
  const what = shown(func);
  if (find(system[kernelOf].behaviors, func, namespace) === undefined) {
    const hint = 'give it in { handlers } or system.define it';
    problems.push({ path: place, message: `no handler ${what}: ${hint}` });
  } else if (router && router.middleware.relay === undefined) {
    const hint = 'its router has no websocket_relay in post_middleware';
    problems.push({ path: place, message: `${what} is a process: ${hint}` });
  } else if (method !== 'GET') {
    problems.push({ path: place, message: `${what} is a process: its method is GET` });
  }
  return problems;
}
