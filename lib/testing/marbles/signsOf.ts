import { TestScheduler } from 'rxjs/testing';
import { Letters } from '../../runtime/index.js';
import { show } from './show.js';

/**
 * The signs of what was observed and of what was expected. A value has the letter that the test gives it,
 * at this place if it gives several, and otherwise a capital.
 */
export function signsOf(
  actual: readonly Frame[],
  expected: readonly Frame[],
  { marbles = '', values }: Diagram,
  isEqual: IsEqual,
): Signs {
  const drawn = lettersIn(marbles);
  const known = typeof values === 'object' && values !== null ? Object.entries(values) : [];
  const letters = new Letters([...drawn, ...known.map(([letter]) => letter)]);
  const letterOf = (value: unknown): Letter => {
    const own = known.find(([, each]) => isEqual(value, each))?.[0];
    if (own !== undefined) return { sign: own, isFresh: false };
    // Without values a letter is its own value.
    const isLetter = values === undefined && typeof value === 'string' && LETTER.test(value);
    if (isLetter) return { sign: value, isFresh: false };
    return { sign: letters.of(show(value), CAPITALS), isFresh: true };
  };
  const diagram = expected.map((frame, n) => {
    const letter = drawn[n];
    return signOf(frame, letter ? () => ({ sign: letter, isFresh: false }) : letterOf);
  });
  const observed = actual.map((frame, n) => {
    const place = diagram[n];
    const isLetter = place !== undefined && expected[n]?.notification.kind === 'N';
    return signOf(frame, (value) =>
      isLetter && isEqual(value, place.value) ? place : letterOf(value),
    );
  });
  return { actual: observed, expected: diagram };
}

/** What rxjs records of an observable: a notification and its time. */
export interface Frame {
  readonly frame: number;
  readonly notification:
    | { readonly kind: 'N'; readonly value: unknown }
    | { readonly kind: 'E'; readonly error: unknown }
    | { readonly kind: 'C' };
}

/** A frame as a diagram shows it. */
export interface Sign {
  readonly at: number;
  /** A letter, `|` or `#`. */
  readonly sign: string;
  /** What the letter or `#` stands for. */
  readonly value: unknown;
  /** Whether the test gives this letter no value. */
  readonly isFresh: boolean;
}

/** What a test has said by `toBe`; without marbles by `toEqual`, which has no letters. */
export interface Diagram {
  readonly marbles?: string | undefined;
  readonly values?: unknown;
}

export type IsEqual = (actual: unknown, expected: unknown) => boolean;

/** Both sides of a comparison. */
export interface Signs {
  readonly actual: readonly Sign[];
  readonly expected: readonly Sign[];
}

type Letter = Pick<Sign, 'sign' | 'isFresh'>;

/** The letters of a diagram in order; `|` and `#` have a place and no letter. */
function lettersIn(marbles: string): readonly string[] {
  const frames = TestScheduler.parseMarbles(marbles, undefined, undefined, false, true) as Frame[];
  return frames.map(({ notification: of }) => (of.kind === 'N' ? String(of.value) : ''));
}

function signOf(
  { frame: at, notification: of }: Frame,
  letterOf: (value: unknown) => Letter,
): Sign {
  if (of.kind === 'C') return { at, sign: '|', value: undefined, isFresh: false };
  if (of.kind === 'E') return { at, sign: '#', value: of.error, isFresh: false };
  const { sign, isFresh } = letterOf(of.value);
  return { at, sign, isFresh, value: of.value };
}

const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** One character that a diagram has as a value. */
const LETTER = /^[^-|#^!()\s]$/u;
