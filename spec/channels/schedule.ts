import fc from 'fast-check';

/** What may happen to a model: it shows itself in the schedule that fast-check prints. */
export type Deed<M> = (model: M) => void;

/** For `fc.oneof`: a method of the model, with arguments of these kinds, and its share of a schedule. */
export const deedsOf =
  <M>() =>
  <Name extends MethodOf<M>>(weight: number, what: Name, ...args: ArgsOf<M[Name]>) => ({
    weight,
    arbitrary: fc.tuple(...(args as fc.Arbitrary<unknown>[])).map((given): Deed<M> => {
      const run = (model: M): void => (model[what] as (...all: unknown[]) => void)(...given);
      return Object.assign(run, {
        toString: () => `${String(what)}(${given.map(String).join(', ')})`,
      });
    }),
  });

type Method = (...args: never) => void;
type MethodOf<M> = { [Name in keyof M]: M[Name] extends Method ? Name : never }[keyof M];
type ArgsOf<F> = F extends (...args: infer Args) => void
  ? { [I in keyof Args]: fc.Arbitrary<Args[I]> }
  : never;

/** A model says after each deed what has to hold. */
export interface Checked {
  check(): void;
}

export interface ScheduleOptions<M> {
  readonly runs: number;
  /** How many deeds a schedule has, at least and at most. */
  readonly length: readonly [number, number];
  begin(): M;
  /** What has to hold at the end of a schedule. */
  end(model: M): void;
}

/** Does schedules of deeds, each with a model of its own. */
export function anySchedule<M extends Checked>(
  deed: fc.Arbitrary<Deed<M>>,
  { runs, length: [minLength, maxLength], begin, end }: ScheduleOptions<M>,
): void {
  fc.assert(
    fc.property(fc.array(deed, { minLength, maxLength }), (deeds) => {
      const model = begin();
      for (const each of deeds) {
        each(model);
        model.check();
      }
      end(model);
    }),
    { numRuns: runs },
  );
}

/** An expectation that costs next to nothing, for there are a million of them. */
export function must(isSo: boolean, what: string): asserts isSo {
  if (!isSo) throw new Error(`wrong: ${what}`);
}
