import type { ComponentChildren, JSX } from 'preact';

/** Chooses which events are told: some types, or all, and those with a text in them. */
export function EventFilter({
  types,
  setTypes,
  filter,
  setFilter,
  children,
}: EventFilterProps): JSX.Element {
  const toggle = (type: string): void =>
    setTypes(types.includes(type) ? types.filter((each) => each !== type) : [...types, type]);
  return (
    <div class="bar">
      <label class="field">
        <span class="visually-hidden">Filter events</span>
        <input
          type="search"
          placeholder="Filter events"
          value={filter}
          onInput={(event) => setFilter(event.currentTarget.value)}
        />
      </label>
      <fieldset class="chips">
        <legend class="visually-hidden">Types of events</legend>
        <button
          type="button"
          class="chip"
          aria-pressed={types.length === 0}
          onClick={() => setTypes([])}
        >
          All
        </button>
        {TYPES.map(([type, title]) => (
          <button
            key={type}
            type="button"
            class="chip"
            aria-pressed={types.includes(type)}
            onClick={() => toggle(type)}
          >
            {title}
          </button>
        ))}
      </fieldset>
      {children}
    </div>
  );
}

const TYPES = [
  ['spawned', 'Spawned'],
  ['exited', 'Exited'],
  ['upgraded', 'Upgraded'],
  ['deadLetter', 'Dead letters'],
  ['drop', 'Drops'],
  ['handlerError', 'Errors'],
  ['warning', 'Warnings'],
  ['nodeUp', 'Nodes up'],
  ['nodeDown', 'Nodes down'],
] as const;

interface EventFilterProps {
  /** None: of all types. */
  readonly types: readonly string[];
  readonly setTypes: (types: readonly string[]) => void;
  readonly filter: string;
  readonly setFilter: (filter: string) => void;
  readonly children: ComponentChildren;
}
