import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { LifeState } from './foldLife.js';
import { MarkText } from './markText.js';

/** The last marbles as a list, for who cannot see the diagram or wants to read. */
export function MarkList({ life, onChoose }: MarkListProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const marks = isOpen ? life.marks.slice(-SHOWN) : [];
  return (
    <details class="mark-list" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>As text</summary>
      <ol class="marks">
        {marks.toReversed().map((mark) => (
          <li key={mark.n}>
            <MarkText mark={mark} life={life} />
            <button type="button" class="small" onClick={() => onChoose(mark.n)}>
              Cause<span class="visually-hidden"> and effect of {mark.name}</span>
            </button>
          </li>
        ))}
      </ol>
      {isOpen && marks.length === 0 && <p class="soft">Nothing has happened yet.</p>}
    </details>
  );
}

/** How many. */
const SHOWN = 100;

interface MarkListProps {
  readonly life: LifeState;
  readonly onChoose: (n: number) => void;
}
