import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Life } from '../life/life.js';
import { ProcessFacts } from './processFacts.js';
import { Ties } from './ties.js';

/** Waits for the next process of a name or behaviour, and records it from its first turn on. */
export function NextProcess({ pattern }: { readonly pattern: string }): JSX.Element {
  const [pid, setPid] = useState<string>();
  return (
    <div class="process">
      {pid === undefined ? (
        <section aria-label="What is waited for">
          <h2>The next {pattern}</h2>
          <p class="soft">
            It will be recorded from its first turn on, so that it can be copied as a spec. Have one
            begin: connect a client, say, or let the one that runs be started again.
          </p>
        </section>
      ) : (
        <ProcessFacts pid={pid} />
      )}
      <Life ask={{ watch: 'life', of: pattern, next: true }} onFirst={setPid} />
      {pid !== undefined && <Ties pid={pid} />}
    </div>
  );
}
