import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Mark } from '../../wire/life.js';
import type { LifeState } from './foldLife.js';
import { MarkText } from './markText.js';

/** The last marbles as a list, for who cannot see the diagram or wants to read; it stands still when the diagram does. */
export function MarkList({ life, until, onChoose }: MarkListProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const marks = isOpen ? lastOf(life.marks, until) : [];
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

function lastOf(marks: readonly Mark[], until = Number.POSITIVE_INFINITY): readonly Mark[] {
  const end = marks.findLastIndex(({ at }) => at <= until) + 1;
  return marks.slice(Math.max(0, end - SHOWN), end);
}

/** How many. */
const SHOWN = 100;

interface MarkListProps {
  readonly life: LifeState;
  /** Up to which time; `undefined`: up to the last one. */
  readonly until: number | undefined;
  readonly onChoose: (n: number) => void;
}
