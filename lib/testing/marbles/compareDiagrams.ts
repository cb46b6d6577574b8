import { drawRows, grouped, type Row } from './drawRows.js';
import { legendOf, type Place } from './legendOf.js';
import {
  type Diagram,
  type Frame,
  type IsEqual,
  type Sign,
  type Signs,
  signsOf,
} from './signsOf.js';

/** Tells how what was observed differs from its diagram; `undefined` where it would be drawn alike. */
export function compareDiagrams(
  actual: readonly Frame[],
  expected: readonly Frame[],
  diagram: Diagram,
  isEqual: IsEqual,
): Difference | undefined {
  const signs = signsOf(actual, expected, diagram, isEqual);
  const places = placesOf(signs).filter((place) => !isSame(place, isEqual));
  const [first] = places;
  if (first === undefined) return undefined;
  const rows = textOf(first.at, [rowOf(signs.actual)], [rowOf(signs.expected)]);
  const legend = legendOf(places, isEqual).join('\n');
  const error = places.flatMap((place) => place.actual).find(({ sign }) => sign === '#');
  return {
    text: legend === '' ? rows : `${rows}\n\n${legend}`,
    ...(error && { cause: error.value }),
  };
}

/** How what was observed differs from what a test has drawn. */
export interface Difference {
  /** Both as diagrams, one under the other, and below what their letters mean. */
  readonly text: string;
  /** The error that the observed stream ended with, where none, or another one, was expected. */
  readonly cause?: unknown;
}

/** When a stream was subscribed and unsubscribed, as rxjs records it. */
export interface Subscribed {
  readonly subscribedFrame: number;
  readonly unsubscribedFrame: number;
}

/** The same for when a source was subscribed, a row for each time. */
export function compareSubscriptions(
  actual: readonly Subscribed[],
  expected: readonly Subscribed[],
): Difference {
  const [observed, drawn] = [actual.map(subscriptionRow), expected.map(subscriptionRow)];
  const longer = observed.length > drawn.length ? observed : drawn;
  const times = [...observed, ...drawn].flatMap((row) => [...row.keys()]);
  const differing = times.filter((at) =>
    longer.some((_, n) => observed[n]?.get(at) !== drawn[n]?.get(at)),
  );
  return { text: textOf(Math.min(...differing), observed, drawn) };
}

function subscriptionRow({ subscribedFrame: from, unsubscribedFrame: to }: Subscribed): Row {
  if (from === to) return new Map([[from, '(^!)']]);
  return new Map([[from, '^'], ...(to === Number.POSITIVE_INFINITY ? [] : [[to, '!'] as const])]);
}

/** What both sides have at each instant. */
function placesOf({ actual, expected }: Signs): Place[] {
  const times = new Set([...actual, ...expected].map(({ at }) => at));
  const due = (signs: readonly Sign[], time: number) => signs.filter(({ at }) => at === time);
  return [...times]
    .sort((one, other) => one - other)
    .map((at) => ({ at, actual: due(actual, at), expected: due(expected, at) }));
}

function rowOf(signs: readonly Sign[]): Row {
  const texts = new Map<number, string>();
  for (const { at, sign } of signs) texts.set(at, (texts.get(at) ?? '') + sign);
  return new Map([...texts].map(([at, text]) => [at, grouped(text)]));
}

function isSame({ actual, expected }: Place, isEqual: IsEqual): boolean {
  const isAlike = (sign: Sign, other: Sign | undefined): boolean =>
    sign.sign === other?.sign && (sign.sign !== '#' || isEqual(sign.value, other.value));
  return actual.length === expected.length && actual.every((sign, n) => isAlike(sign, expected[n]));
}

/** Both diagrams in the same columns. */
function textOf(at: number, actual: readonly Row[], expected: readonly Row[]): string {
  const drawn = drawRows([...expected, ...actual]).map(trimmed);
  const lines = (label: string, rows: readonly string[]): readonly string[] =>
    (rows.length > 0 ? rows : ['nothing']).map(
      (row, n) => `${(n === 0 ? label : '').padEnd(10)}${row}`,
    );
  return [
    `differs from its diagram at ${at} ms`,
    '',
    ...lines('expected:', drawn.slice(0, expected.length)),
    ...lines('actual:', drawn.slice(expected.length)),
  ].join('\n');
}

/** A row ends where its stream does; all rows begin with a space where they begin with a time. */
const trimmed = (row: string): string => row.replace(/^ /, '').replace(/([|#!]\)?).*/, '$1');
