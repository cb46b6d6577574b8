import type { Rows } from './layOut.js';
import type { OptionName, Values } from './options.js';

/** A command of the program; all of them stand in one table, `commands.ts`. */
export interface Command {
  readonly name: string;
  /** One line of the help. */
  readonly about: string;
  readonly options: readonly OptionName[];
  /** What stands behind its name beside options. */
  readonly operand?: Operand;
  /** Does it: what it yields is printed at once. A `Failure` ends the program, and so does the end. */
  run(given: Given, context: Context): AsyncIterable<Screen>;
}

/** An argument that is no option. */
export interface Operand {
  /** As the help shows it: `<shell>`, or `[config.yaml]` if it may be left out. */
  readonly name: string;
  /** What it may be; default: any path. */
  readonly values?: readonly string[];
}

/** What a command was given. */
export interface Given {
  readonly values: Values;
  readonly operand: string | undefined;
}

/** What a command knows of the place where it runs. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether somebody looks: stdout is a terminal. */
  readonly isTerminal: boolean;
  /** Shows a line in place of the one before, `''` none; there only where somebody looks: stderr is a terminal. */
  readonly progress?: (line: string) => void;
}

/** What is printed at once: a text as it is, or a table; a live one takes the place of the one before. */
export type Screen = string | { readonly rows: Rows; readonly isLive?: boolean };
