/** The value of `events`, at most ten a second. */
export interface EventsView {
  readonly events: readonly EventRow[];
  /** How many more there were than are told. */
  readonly skipped?: number;
}

export interface EventRow {
  readonly n: number;
  readonly at: number;
  readonly type: string;
  readonly pid?: string;
  /** One line, without payloads. */
  readonly text: string;
  /** The payload of a dead letter, where `payloads` is true. */
  readonly payload?: string;
}
