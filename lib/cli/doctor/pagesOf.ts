import type { Site } from './site.js';

/**
 * As which pages is asked, until one may connect: the right one; those that an application takes for its own which has
 * lost its port or its scheme at a proxy; and none, as no browser asks.
 */
export function pagesOf({ page, isOwn }: Site): readonly Page[] {
  const none: Page = { origin: undefined, lost: [] };
  const right: Page = { origin: page, lost: [] };
  if (!isOwn) return [right, none];
  const { protocol, hostname, host } = new URL(page);
  const hasPort = host !== hostname;
  const other = protocol === 'https:' ? 'http:' : 'https:';
  return [
    right,
    ...(hasPort ? [{ origin: `${protocol}//${hostname}`, lost: ['port'] } as const] : []),
    { origin: `${other}//${host}`, lost: ['scheme'] },
    ...(hasPort ? [{ origin: `${other}//${hostname}`, lost: ['port', 'scheme'] } as const] : []),
    none,
  ];
}

/** A page that asks. */
export interface Page {
  readonly origin: string | undefined;
  /** What the application does not know, if it takes this for its own page. */
  readonly lost: readonly ('port' | 'scheme')[];
}
