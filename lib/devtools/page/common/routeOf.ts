/**
 * Where somebody is in the page, as the hash of its address says: `#/processes?sort=depth&down&filter=chat`. So a place
 * can be bookmarked, sent to a colleague, and left by the browser's back button.
 */
export function routeOf(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [tab = '', ...rest] = path.split('/');
  const at = decode(rest.join('/'));
  return {
    tab: isTab(tab) ? tab : 'overview',
    ...(at !== '' && { at }),
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

/** The hash of a place. */
export function hrefOf({ tab, at, query = {} }: Place): string {
  const text = new URLSearchParams(query).toString();
  const path = at === undefined ? tab : `${tab}/${encodeURIComponent(at)}`;
  return `#/${path}${text === '' ? '' : `?${text}`}`;
}

/** The page of a process. */
export const processHref = (pid: string): string => hrefOf({ tab: 'process', at: pid });

/** What stands in the navigation, in its order. */
export const TABS = {
  overview: 'Overview',
  processes: 'Processes',
  tree: 'Supervision',
  connections: 'Connections',
  channels: 'Channels',
  events: 'Events',
} as const;

/** A tab of the navigation; or one process; or `next`, one that is still to begin. */
export type Tab = keyof typeof TABS | 'process' | 'next';

export interface Place {
  readonly tab: Tab;
  /** What is looked at there: a PID, the name of a channel, the pattern of the process that is waited for. */
  readonly at?: string;
  readonly query?: Readonly<Record<string, string>>;
}

export type Route = Place & { readonly query: Readonly<Record<string, string>> };

const isTab = (text: string): text is Tab =>
  Object.hasOwn(TABS, text) || text === 'process' || text === 'next';

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Somebody has written it by hand.
    return text;
  }
}
