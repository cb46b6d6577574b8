// Tables and verdicts from the figures.
import { columns, median, spread } from '../report.js';
import { baseline, type Case, type CaseName, cases, type Target, targets } from './cases.js';
import type { Figures } from './run.js';

/** Ratios to the baseline round by round: both sides were measured within seconds of each other. */
function ratios(figures: Figures, label: string): number[] {
  const denominators = figures.get(baseline) ?? [];
  return (figures.get(label) ?? []).map((figure, round) => figure / (denominators[round] ?? 0));
}

const rounded = (figures: readonly number[]): string =>
  Math.round(median(figures)).toLocaleString('en');

/** The table of one case: a line a contender, medians over the rounds. */
export function table(name: CaseName, figures: Figures): string {
  const { title, kind, contenders }: Case = cases[name];
  const head = ['', kind === 'time' ? 'ns' : 'bytes', `÷ ${baseline} (lo–hi)`];
  const rows = contenders.map(({ label, why }) => {
    const found = figures.get(label) ?? [];
    return why === undefined
      ? [label, rounded(found), spread(ratios(figures, label))]
      : [label, '–', why];
  });
  return `${title}\n${columns([head, ...rows])}\n`;
}

/** The targets of the measured cases, each with its figure and `met` or `missed`. */
export function verdicts(measured: ReadonlyMap<CaseName, Figures>): string {
  const rows = targets.flatMap((target) => {
    const figures = measured.get(target.of);
    return figures === undefined ? [] : [verdict(target, figures)];
  });
  return `Targets, by the median of the rounds\n${columns(rows)}\n`;
}

function verdict({ of, label, kind, bound }: Target, figures: Figures): string[] {
  const found = kind === 'ratio' ? ratios(figures, label) : (figures.get(label) ?? []);
  return [
    cases[of].title,
    label,
    kind === 'ratio' ? `${spread(found)} of the baseline` : `${rounded(found)} bytes`,
    `at most ${bound.toLocaleString('en')}`,
    median(found) <= bound ? 'met' : 'missed',
  ];
}
