import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { hrefOf, type Tab } from './routeOf.js';

/** What is beside a list about the row that is open: it gets the focus, and the list is where it leads back to. */
export function Detail({ title, back, note, children }: DetailProps): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section class="card detail" aria-label={title}>
      <div class="bar">
        <h3 ref={heading} tabIndex={-1}>
          {title}
        </h3>
        <span class="spring" />
        <a class="button small" href={hrefOf({ tab: back })}>
          Close
        </a>
      </div>
      {note && <p class="soft">{note}</p>}
      {children}
    </section>
  );
}

interface DetailProps {
  readonly title: string;
  readonly back: Tab;
  /** Why there is nothing more to show. */
  readonly note?: string | undefined;
  readonly children?: ComponentChildren;
}
