/** Rows of marbles with a title: as `toMarbles` writes them, and below an empty line what each letter means. */
export interface Diagram {
  readonly title: string;
  readonly text: string;
}
