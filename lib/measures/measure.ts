/** A value that is read when somebody asks for it. */
export interface Measure extends Named {
  readonly kind: 'counter' | 'gauge';
  /** The name of the one label that its values have. */
  readonly label?: string;
  /** The values of now, each with its label, `''` without one. */
  read(): Iterable<readonly [label: string, value: number]>;
}

/** What is told as it happens. */
export interface Distribution extends Named {
  /** The upper bounds of its buckets. */
  readonly buckets: readonly number[];
}

interface Named {
  /** As OpenTelemetry writes it. */
  readonly name: string;
  /** In UCUM: `By`, `s`, or what is counted, in braces. */
  readonly unit: string;
  readonly help: string;
}
