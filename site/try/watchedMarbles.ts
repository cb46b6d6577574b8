import { catchError, defer, type Observable, type ObservableInput, tap, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { drawRows, grouped, type Row } from '../../lib/testing/marbles/drawRows.js';
import { show } from '../../lib/testing/marbles/show.js';
import { type Frame, signsOf } from '../../lib/testing/marbles/signsOf.js';
import type { Diagram } from './diagram.js';
import { type MarbleHelpers, marbles as plain } from './testing.js';

/**
 * `marbles` of the test kit, which also draws each test: its sources, and what the streams that it looks at have
 * emitted, in the letters that the test gives.
 */
export function watchedMarbles(
  code: string,
  draw: (diagram: Omit<Diagram, 'title'>) => void,
): typeof plain {
  return (equal) => {
    const test = plain(equal);
    const isEqual = (one: unknown, other: unknown): boolean => {
      try {
        equal(one, other);
        return true;
      } catch {
        return false;
      }
    };
    return (body) => () => {
      const rows = new Rows(code, isEqual);
      try {
        test((helpers) => body(rows.watch(helpers)))();
      } finally {
        draw({ text: rows.text() });
      }
    };
  };
}

/** The rows of one test. */
class Rows {
  readonly #code: string;
  readonly #isEqual: (one: unknown, other: unknown) => boolean;
  readonly #rows: { readonly name: string; readonly frames: Frame[]; diagram: Drawn }[] = [];

  constructor(code: string, isEqual: (one: unknown, other: unknown) => boolean) {
    this.#code = code;
    this.#isEqual = isEqual;
  }

  watch(helpers: MarbleHelpers): MarbleHelpers {
    const source =
      (kind: 'hot' | 'cold'): MarbleHelpers['hot'] =>
      (marbles: string, values?: Values, error?: unknown) => {
        const frames = parse(marbles, values, error);
        this.#rows.push({
          name: this.#nameOf(marbles, kind),
          frames,
          diagram: { marbles, values },
        });
        return helpers[kind](marbles, values as never, error) as never;
      };
    return {
      ...helpers,
      hot: source('hot'),
      cold: source('cold') as unknown as MarbleHelpers['cold'],
      expectObservable: (observable, subscription) => {
        const frames: Frame[] = [];
        const count = this.#rows.filter(({ name }) => name.startsWith('output')).length;
        const row = { name: count === 0 ? 'output' : `output${count + 1}`, frames, diagram: {} };
        this.#rows.push(row);
        const watched = record(observable, frames, () => helpers.scheduler.frame);
        const expectation = helpers.expectObservable(watched, subscription);
        const toBe: typeof expectation.toBe = (marbles, values, error) => {
          row.diagram = { marbles, values };
          // The stack of a failure begins where the test says what it expects.
          expectation.toBe(marbles, values, error);
        };
        return { ...expectation, toBe };
      },
    };
  }

  text(): string {
    const legend = new Map<string, string>();
    const rows = this.#rows.map(({ frames, diagram }): Row => {
      const { marbles, values } = diagram;
      const expected = marbles === undefined ? [] : parse(marbles, values as Values, undefined);
      const { actual } = signsOf(frames, expected, diagram, this.#isEqual);
      const cells = new Map<number, string>();
      for (const { at, sign, value } of actual) {
        cells.set(at, (cells.get(at) ?? '') + sign);
        if (sign !== '|') legend.set(sign, show(value));
      }
      return new Map([...cells].map(([at, signs]) => [at, grouped(signs)]));
    });
    const drawn = drawRows([...rows, new Map([[this.#end() + 1, ' ']])]);
    const lines = this.#rows.map(({ name }, i) => `${name.padEnd(10)}${drawn[i]?.trimEnd()}`);
    return [...lines, '', ...[...legend].map(([sign, text]) => `${sign}  ${text}`)].join('\n');
  }

  /** When the last thing happens. */
  #end(): number {
    return Math.max(0, ...this.#rows.flatMap(({ frames }) => frames.map(({ frame }) => frame)));
  }

  /** The name of the variable that a source is given to. */
  #nameOf(marbles: string, kind: string): string {
    const [before = ''] = this.#code.split(`'${marbles}'`);
    return /(\w+)\s*=\s*(?:hot|cold)\(\s*$/.exec(before)?.[1] ?? kind;
  }
}

type Values = Record<string, never> | undefined;

interface Drawn {
  readonly marbles?: string;
  readonly values?: unknown;
}

const parse = (marbles: string, values: Values, error: unknown): Frame[] =>
  TestScheduler.parseMarbles(marbles, values, error, true, true) as Frame[];

/** Notes what a stream emits, and when. */
function record<T>(stream: Observable<T>, frames: Frame[], now: () => number): Observable<T> {
  const note = (notification: Frame['notification']): void => {
    frames.push({ frame: now(), notification });
  };
  return defer((): ObservableInput<T> => stream).pipe(
    tap({
      next: (value) => note({ kind: 'N', value }),
      complete: () => note({ kind: 'C' }),
    }),
    catchError((error: unknown) => {
      note({ kind: 'E', error });
      return throwError(() => error);
    }),
  );
}
