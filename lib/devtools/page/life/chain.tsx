import type { JSX } from 'preact';
import type { LifeState } from './foldLife.js';
import { MarkText } from './markText.js';

/** A chain of causes in words, in the order of time. */
export function Chain({ life, chain, onClose }: ChainProps): JSX.Element {
  const marks = life.marks.filter(({ n }) => chain.has(n));
  return (
    <section class="chain" aria-label="Cause and effect">
      <div class="bar">
        <h4>Cause and effect</h4>
        <span class="soft">
          {marks.length === 1 ? 'nothing else belongs to it' : `${marks.length} marbles`}
        </span>
        <span class="spring" />
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
      <ol class="marks">
        {marks.slice(-SHOWN).map((mark) => (
          <li key={mark.n}>
            <MarkText mark={mark} life={life} />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The last ones of a long chain. */
const SHOWN = 100;

interface ChainProps {
  readonly life: LifeState;
  readonly chain: ReadonlySet<number>;
  readonly onClose: () => void;
}
