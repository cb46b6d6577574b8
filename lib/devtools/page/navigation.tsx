import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { hrefOf, TABS, type Tab } from './common/routeOf.js';

/** The tabs. A process belongs to the list of all processes. */
export function Navigation({ tab }: { readonly tab: Tab }): JSX.Element {
  const current = tab === 'process' || tab === 'next' ? 'processes' : tab;
  const nav = useRef<HTMLElement>(null);
  // On a phone there is no room for all: the one where somebody is comes in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what it looks for is another one then
  useEffect(() => {
    nav.current
      ?.querySelector('[aria-current]')
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [current]);
  const tabs = Object.entries(TABS) as [Tab, string][];
  return (
    <nav ref={nav} aria-label="Views" class="tabs">
      {tabs.map(([each, title]) => (
        <a
          key={each}
          class="tab"
          href={hrefOf({ tab: each })}
          aria-current={each === current ? 'page' : undefined}
        >
          {title}
        </a>
      ))}
    </nav>
  );
}
