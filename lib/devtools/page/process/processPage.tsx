import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Life } from '../life/life.js';
import { ProcessFacts } from './processFacts.js';
import { Ties } from './ties.js';

/**
 * One process: what it is, its life from now on, and what it lives with. Of the next one that has a name or behaviour
 * nothing is known until it begins, and then all of its life.
 */
export function ProcessPage({ of, isNext = false }: ProcessPageProps): JSX.Element {
  const [pid, setPid] = useState(isNext ? undefined : of);
  return (
    <div class="process">
      {pid === undefined ? <Awaited pattern={of} /> : <ProcessFacts pid={pid} />}
      <Life ask={{ watch: 'life', of, next: isNext }} onFirst={setPid} />
      {pid !== undefined && <Ties pid={pid} />}
    </div>
  );
}

function Awaited({ pattern }: { readonly pattern: string }): JSX.Element {
  return (
    <section class="about card" aria-label="What is waited for">
      <h2>The next {pattern}</h2>
      <p class="soft">
        It will be recorded from its first turn on, so that it can be copied as a spec. Have one
        begin: connect a client, say, or let the one that runs be started again.
      </p>
    </section>
  );
}

interface ProcessPageProps {
  /** A PID or name, or what the next one is called. */
  readonly of: string;
  readonly isNext?: boolean;
}
