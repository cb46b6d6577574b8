import type { JSX } from 'preact';
import type { Mark } from '../../wire/life.js';
import { format } from '../common/format.js';
import type { LifeState } from './foldLife.js';

/** A marble in words: what it is, whose, when, for whom, and its payload where that is shown. */
export function MarkText({ mark, life }: MarkTextProps): JSX.Element {
  const { at, row, letter, name, text, to, pid } = mark;
  const lane = life.lanes.find((each) => each.pid === pid);
  return (
    <p class="mark-text">
      <span class="letter" data-row={row}>
        {letter}
      </span>
      <b>{name}</b> <span class="soft">{row}</span> {to !== undefined && <span>→ {to} </span>}
      <span class="soft">{format.since(at - (life.begin ?? 0))}</span>
      {life.lanes.length > 1 && <span class="soft"> {lane?.label ?? pid}</span>}
      {text !== undefined && <code class="payload">{text}</code>}
    </p>
  );
}

interface MarkTextProps {
  readonly mark: Mark;
  readonly life: LifeState;
}
