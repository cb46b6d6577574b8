// Tables and verdicts from the samples.
import { type Mode, type ModeName, modes, subject, type Target, targets } from './modes.js';
import { baseline } from './peers.js';
import type { Sample, Samples } from './rounds.js';

type Key = 'primary' | 'secondary';

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 ? upper : (upper + (sorted[half - 1] ?? Number.NaN)) / 2;
}

/** Ratios round by round: both sides of a ratio were measured within seconds of each other. */
function ratios(samples: Samples, of: string, to: string, key: Key): number[] {
  const denominators = samples.get(to) ?? [];
  const pairs = (samples.get(of) ?? []).map((sample, round) => {
    return (sample[key] ?? Number.NaN) / (denominators[round]?.[key] ?? Number.NaN);
  });
  return pairs.filter((ratio) => !Number.isNaN(ratio));
}

/** `median (lowest–highest)`, or a dash when nothing was measured. */
export function spread(values: readonly number[]): string {
  if (values.length === 0) return '–';
  const [low, middle, high] = [Math.min(...values), median(values), Math.max(...values)];
  return `${middle.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}

/** The table of one mode: a line a peer, medians over the rounds. */
export function table(name: ModeName, samples: Samples): string {
  const mode: Mode = modes[name];
  const head = [
    'server',
    mode.primary.label,
    `÷ ${baseline} (lo–hi)`,
    mode.secondary.label,
    `÷ ${baseline} (lo–hi)`,
    ...(mode.busy === undefined ? [] : ['busy: server', 'client']),
  ];
  const rows = [...samples].map(([peer, list]) => [
    peer,
    figure(mode, 'primary', list),
    spread(ratios(samples, peer, baseline, 'primary')),
    figure(mode, 'secondary', list),
    spread(ratios(samples, peer, baseline, 'secondary')),
    ...(mode.busy === undefined ? [] : [busy(list, 0), busy(list, 1)]),
  ]);
  return `${mode.title}\n${columns([head, ...rows])}\n`;
}

function figure(mode: Mode, key: Key, list: readonly Sample[]): string {
  const values = list.map((sample) => sample[key]).filter((value) => value !== undefined);
  return values.length === 0 ? '–' : mode[key].format(median(values));
}

function busy(list: readonly Sample[], side: 0 | 1): string {
  return median(list.map((sample) => sample.busy?.[side] ?? Number.NaN)).toFixed(2);
}

/** The targets of the measured modes, each with its figure and `met` or `missed`. */
export function verdicts(measured: ReadonlyMap<ModeName, Samples>): string {
  const rows = targets
    .filter((target) => measured.has(target.mode))
    .map((target) => verdict(target, measured.get(target.mode) ?? new Map()));
  const title = `Targets, by the median of the rounds' ratios`;
  return rows.length === 0 ? '' : `${title}\n${columns(rows)}\n`;
}

function verdict(target: Target, samples: Samples): string[] {
  const { mode, of = subject, against, kind, bound, aim } = target;
  const found = ratios(samples, of, against, 'primary');
  const middle = median(found);
  const met = kind === 'least' ? middle >= bound : middle <= bound;
  const aimed = aim === undefined ? '' : `, aim ${aim}`;
  return [
    modes[mode].title,
    `${of} ÷ ${against}`,
    spread(found),
    `at ${kind} ${bound}${aimed}`,
    found.length === 0 ? 'not measured' : met ? 'met' : 'missed',
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
