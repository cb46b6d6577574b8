import { ProcessError } from '../core/index.js';

/**
 * A configuration that cannot be loaded (CF4): its text has a line for each thing that is wrong, as
 * `router.yaml:9:5 entries[0].prefix: expected path, not number`. Nothing is mounted.
 *
 * @example
 * try { loadRouters(text, options) } catch (error) {
 *   if (error instanceof ConfigError) for (const issue of error.issues) mark(issue.line, issue.message);
 * }
 */
export class ConfigError extends ProcessError {
  /** What is wrong, by lines; the first 20. */
  readonly issues: readonly ConfigIssue[];

  constructor(issues: readonly ConfigIssue[], cause?: unknown) {
    const inOrder = [...issues].sort((a, b) => a.line - b.line || a.column - b.column);
    const told = inOrder.slice(0, MAX_ISSUES);
    const lines = told.map(lineOf);
    const more = issues.length - told.length;
    if (more > 0) lines.push(`and ${more} more`);
    super('Invalid', lines.join('\n'), cause === undefined ? {} : { cause });
    this.issues = told;
  }
}

/** One thing that is wrong with a configuration, and where. */
export interface ConfigIssue {
  /** As it was given to the loader. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** `entries[0].meta.server`; empty where the text is no YAML. */
  readonly path: string;
  readonly message: string;
}

const MAX_ISSUES = 20;

const lineOf = ({ file, line, column, path, message }: ConfigIssue): string =>
  `${file}:${line}:${column}${path && ` ${path}`}: ${message}`;
