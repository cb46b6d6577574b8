import type { ComponentChildren } from 'preact';

/** A column of a `DataTable`. */
export interface Column<Row, Sort extends string> {
  readonly title: string;
  /** What its button sorts by; none: there is no button. */
  readonly sort?: Sort;
  /** As in `grid-template-columns`. */
  readonly width: string;
  readonly isNumber?: boolean;
  /** Left out on a phone. */
  readonly isMinor?: boolean;
  readonly cell: (row: Row) => ComponentChildren;
}

/** The class of its cells. */
export const classOf = ({
  isMinor,
  isNumber,
}: Pick<Column<never, never>, 'isMinor' | 'isNumber'>): string =>
  `cell${isMinor ? ' minor' : ''}${isNumber ? ' number' : ''}`;
