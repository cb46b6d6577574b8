import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Hello } from '../wire/answer.js';
import type { Tab } from './common/routeOf.js';
import { Navigation } from './navigation.js';

/** Says whose page it is, and leads to what it shows. */
export function Head({ hello, tab }: HeadProps): JSX.Element {
  const whose =
    hello === undefined ? [] : [hello.node, hello.version].filter((text) => text !== '');
  useEffect(() => {
    document.title = `${hello?.node || 'rx-process'} – devtools`;
  }, [hello?.node]);
  return (
    <>
      <button type="button" class="skip" onClick={() => document.querySelector('main')?.focus()}>
        Skip to the content
      </button>
      <header class="head">
        <h1 class="brand">rx-process</h1>
        <p class="whose soft">{whose.join(' · ')}</p>
        <Navigation tab={tab} />
      </header>
    </>
  );
}

interface HeadProps {
  /** `undefined` before the server has said who it is. */
  readonly hello: Hello | undefined;
  readonly tab: Tab;
}
