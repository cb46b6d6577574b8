import type { Draft, Entry } from '../codec/index.js';
import { type Context, find } from './context.js';

/** The endpoints of a service, in the order of a document with which nothing is wrong. */
export function endpointsOf(
  service: string,
  drafts: readonly Draft[],
  { handlers }: Pick<Context, 'handlers'>,
): Endpoint[] {
  const entries = drafts as readonly Entry[];
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  return entries.filter(isEndpoint).flatMap(({ fields, namespace }) => {
    const router = find(byId, fields.meta.router, namespace) as Entry<'http.router'>;
    const { meta, prefix = '/' } = router.fields;
    if (find(byId, meta.server, router.namespace)?.id !== service) return [];
    const { method = 'GET', func } = fields;
    const path = `${prefix === '/' ? '' : prefix}${fields.path}`;
    return { method, path, func, isRelayed: find(handlers, func, namespace) === undefined };
  });
}

/** A path at which a service answers. */
export interface Endpoint {
  readonly method: string;
  /** With the prefix of its router, as Express has it. */
  readonly path: string;
  /** Who answers. */
  readonly func: string;
  /** Whether a process answers, to a WebSocket; a handler may as well, but nobody knows before. */
  readonly isRelayed: boolean;
}

export const isEndpoint = (entry: Entry): entry is Entry<'http.endpoint'> =>
  entry.kind === 'http.endpoint';
