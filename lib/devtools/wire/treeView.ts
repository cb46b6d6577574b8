/** The value of `tree`, at once and at most 100 ms after a change. */
export interface TreeView {
  readonly id?: string;
  /** Of a process that has one. */
  readonly name?: string;
  /** None while it is down. */
  readonly pid?: string | undefined;
  readonly type: 'worker' | 'supervisor';
  readonly status: string;
  readonly behavior?: string;
  readonly strategy?: string;
  /** How often this place was filled again since the watch began. */
  readonly restarts: number;
  readonly children: readonly TreeView[];
  /** How many more children it has than are told. */
  readonly more?: number;
}
