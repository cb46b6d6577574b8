// Tables and verdicts from the figures.
import { columns, median, spread } from '../report.js';
import { baseline, type Case, type CaseName, cases, type Target, targets } from './cases.js';
import type { Figures } from './run.js';

/** Ratios round by round: both sides were measured within seconds of each other. */
function ratios(figures: Figures, label: string, to = baseline): number[] {
  const denominators = figures.get(to) ?? [];
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
    if (why !== undefined || found.length === 0) return [label, '–', why ?? 'not installed'];
    return [label, rounded(found), spread(ratios(figures, label))];
  });
  return `${title}\n${columns([head, ...rows])}\n`;
}

/** The targets of the measured cases, each with its figure and `met` or `MISSED`. */
export function verdicts(measured: ReadonlyMap<CaseName, Figures>): string {
  const rows = targets.flatMap((target) => {
    const figures = measured.get(target.of);
    return figures === undefined ? [] : [verdict(target, figures)];
  });
  return `Targets, by the median of the rounds\n${columns(rows)}\n`;
}

function verdict({ of, label, kind, against = baseline, bound }: Target, figures: Figures) {
  const { title } = cases[of];
  const limit = bound.toLocaleString('en');
  if (figures.get(against)?.length === 0) return [title, label, `no ${against} here`, '', ''];
  if (kind === 'bytes') {
    const found = figures.get(label) ?? [];
    return [title, label, `${rounded(found)} bytes`, `at most ${limit}`, word(found, bound)];
  }
  if (kind === 'share') {
    const found = ratios(figures, label, against);
    return [title, label, `${spread(found)} of ${against}`, `at most ${limit}`, word(found, bound)];
  }
  const found = ratios(figures, against, label);
  const isMet = median(found) >= bound;
  const times = `${spread(found)} times the speed of ${against}`;
  return [title, label, times, `at least ${limit}`, isMet ? 'met' : 'MISSED'];
}

const word = (found: readonly number[], bound: number): string =>
  median(found) <= bound ? 'met' : 'MISSED';
