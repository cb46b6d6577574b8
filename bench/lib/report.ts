// Tables and verdicts from the samples.
import { baseline } from './peers.js';
import type { Sample, Samples } from './rounds.js';
import type { FigureName, Measure, Mode, Target } from './suite.js';

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 ? upper : (upper + (sorted[half - 1] ?? Number.NaN)) / 2;
}

/** Ratios round by round: both sides of a ratio were measured within seconds of each other. */
function ratios(samples: Samples, of: string, to: string, figure: FigureName): number[] {
  const denominators = samples.get(to) ?? [];
  const pairs = (samples.get(of) ?? []).map((sample, round) => {
    return (sample[figure] ?? Number.NaN) / (denominators[round]?.[figure] ?? Number.NaN);
  });
  return pairs.filter((ratio) => !Number.isNaN(ratio));
}

function figures(samples: Samples, of: string, figure: FigureName): number[] {
  return (samples.get(of) ?? []).map((sample) => sample[figure] ?? Number.NaN);
}

/** `median (lowest–highest)`, or a dash when nothing was measured. */
export function spread(values: readonly number[]): string {
  if (values.length === 0) return '–';
  const [low, middle, high] = [Math.min(...values), median(values), Math.max(...values)];
  return `${middle.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}

/** The table of one mode: a line a peer, medians over the rounds. */
export function table(mode: Mode, samples: Samples): string {
  const head = [
    'server',
    ...mode.measures.flatMap(({ label }) => [label, `÷ ${baseline} (lo–hi)`]),
    ...(mode.busy === undefined ? [] : ['busy: server', 'client']),
  ];
  const rows = [...samples].map(([peer, list]) => [
    peer,
    ...mode.measures.flatMap((measure) => [
      middle(measure, list),
      spread(ratios(samples, peer, baseline, measure.figure)),
    ]),
    ...(mode.busy === undefined ? [] : [busy(list, 0), busy(list, 1)]),
  ]);
  return `${mode.title}\n${columns([head, ...rows])}\n`;
}

function middle({ figure, format }: Measure, list: readonly Sample[]): string {
  const values = list.map((sample) => sample[figure]).filter((value) => value !== undefined);
  return values.length === 0 ? '–' : format(median(values));
}

function busy(list: readonly Sample[], side: 0 | 1): string {
  return median(list.map((sample) => sample.busy?.[side] ?? Number.NaN)).toFixed(2);
}

/** The targets of the measured modes, each with its figure and `met` or `MISSED`. */
export function verdicts<M extends string>(
  modes: Readonly<Record<M, Mode>>,
  targets: readonly Target<M>[],
  measured: ReadonlyMap<string, Samples>,
): string {
  const rows = targets.flatMap((target) => {
    const samples = measured.get(target.mode);
    return samples === undefined ? [] : [verdict(target, modes[target.mode], samples)];
  });
  const title = `Targets, by the median of the rounds' ratios`;
  return rows.length === 0 ? '' : `${title}\n${columns(rows)}\n`;
}

function verdict(target: Target, { title, measures }: Mode, samples: Samples): string[] {
  const { of, against, figure = measures[0].figure, kind, bound, aim } = target;
  const found =
    against === undefined ? figures(samples, of, figure) : ratios(samples, of, against, figure);
  const isMet = kind === 'least' ? median(found) >= bound : median(found) <= bound;
  const aimed = aim === undefined ? '' : `, aim ${aim}`;
  return [
    title,
    measures.find((measure) => measure.figure === figure)?.label ?? figure,
    against === undefined ? of : `${of} ÷ ${against}`,
    spread(found),
    `at ${kind} ${bound}${aimed}`,
    found.length === 0 ? 'not measured' : isMet ? 'met' : 'MISSED',
  ];
}

/** Lines of cells, each column as wide as its widest. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  );
  const line = (row: readonly string[]) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0));
  return rows.map((row) => `  ${line(row).join('  ').trimEnd()}`).join('\n');
}
