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
        <Chip title="All" isOn={types.length === 0} onClick={() => setTypes([])} />
        {TYPES.map(([type, title]) => (
          <Chip key={type} title={title} isOn={types.includes(type)} onClick={() => toggle(type)} />
        ))}
      </fieldset>
      {children}
    </div>
  );
}

function Chip({ title, isOn, onClick }: ChipProps): JSX.Element {
  return (
    <button type="button" class="chip" aria-pressed={isOn} onClick={onClick}>
      {title}
    </button>
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

interface ChipProps {
  readonly title: string;
  readonly isOn: boolean;
  readonly onClick: () => void;
}

interface EventFilterProps {
  /** None: of all types. */
  readonly types: readonly string[];
  readonly setTypes: (types: readonly string[]) => void;
  readonly filter: string;
  readonly setFilter: (filter: string) => void;
  readonly children: ComponentChildren;
}
