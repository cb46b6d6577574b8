import type { JSX } from 'preact';
import { Life } from '../life/life.js';
import { ProcessFacts } from './processFacts.js';
import { Ties } from './ties.js';

/** One process: what it is, its life from now on, and what it lives with. */
export function ProcessPage({ pid }: { readonly pid: string }): JSX.Element {
  return (
    <div class="process">
      <ProcessFacts pid={pid} />
      <Life ask={{ watch: 'life', of: pid }} />
      <Ties pid={pid} />
    </div>
  );
}
