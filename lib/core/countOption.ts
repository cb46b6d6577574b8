import { ProcessError, shown } from './processError.js';

/**
 * Reads an option that is a whole number: no text, fraction or NaN gets through, and no number that would be
 * cut or wrapped further down.
 *
 * @throws ProcessError `Invalid` naming the option and its range.
 */
export function countOption(
  name: string,
  value: number,
  { min = 1, max = Number.MAX_SAFE_INTEGER, unlimited = false }: CountRange = {},
): number {
  if (unlimited && value === Number.POSITIVE_INFINITY) return value;
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  const range = `a whole number from ${min} to ${max}${unlimited ? ', or Infinity' : ''}`;
  throw new ProcessError('Invalid', `${name}: ${shown(value)} is out of range; give ${range}`);
}

/** The numbers that an option may be. */
export interface CountRange {
  /** Default 1. */
  readonly min?: number;
  /** The most that what is below can hold; default 2^53-1. */
  readonly max?: number;
  /** Whether Infinity stands for no limit; default false. */
  readonly unlimited?: boolean;
}

/** Reads a count for which 0 and Infinity are no limit, which is then Infinity. @throws ProcessError `Invalid`. */
export function limitOption(name: string, value: number): number {
  return countOption(name, value, { min: 0, unlimited: true }) || Number.POSITIVE_INFINITY;
}
