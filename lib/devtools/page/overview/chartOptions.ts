import type uPlot from 'uplot';
import type { Overview } from '../../wire/overview.js';
import type { Colours } from './useColours.js';

/** How a chart looks: its right edge is now, its left one a minute ago, or up to five when there are so many values. */
export function chartOptions({
  say,
  steps,
  curves,
  width,
  colours,
  setUnder,
}: Drawing): uPlot.Options {
  return {
    ...{ width, height: 126, padding: [8, 12, 0, 0] },
    legend: { show: false },
    cursor: {
      y: false,
      points: { size: 6 },
      // The pointer is at the same time in all charts.
      sync: { key: 'overview' },
      drag: { x: false, y: false },
    },
    scales: {
      x: {
        time: false,
        range: (_, min, max) => [max - Math.min(MOST, Math.max(LEAST, max - min)), max],
      },
      y: { range: (_, __, max) => [0, max > 0 ? max * 1.15 : 1] },
    },
    axes: axesOf(say, steps, colours),
    series: [
      {},
      ...curves.map((_, i) => ({
        stroke: colours.curves[i] ?? colours.soft,
        width: 1.5,
        points: { show: false },
        ...(i === 0 && { fill: colours.fill }),
      })),
    ],
    hooks: { setCursor: [({ cursor }) => setUnder(cursor.idx ?? null)] },
  };
}

function axesOf(say: Drawing['say'], incrs: number[], { soft, line }: Colours): uPlot.Axis[] {
  const axis: uPlot.Axis = {
    stroke: soft,
    font: '11px system-ui, sans-serif',
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
  };
  const times = (chart: uPlot, splits: number[]): string[] => splits.map((at) => ago(chart, at));
  return [
    { ...axis, size: 24, gap: 8, splits: minutes, values: times },
    { ...axis, size: 64, gap: 6, space: 28, incrs, values: (_, splits) => splits.map(say) },
  ];
}

/** Seconds. */
const MOST = 300;
const LEAST = 60;

const newest = ({ data }: uPlot): number => data[0].at(-1) ?? 0;

/** Round times before the newest value. */
function minutes(chart: uPlot, _axis: number, min: number, max: number): number[] {
  const step = max - min > 2 * LEAST ? LEAST : LEAST / 3;
  const count = Math.floor((newest(chart) - min) / step) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => newest(chart) - i * step).reverse();
}

function ago(chart: uPlot, at: number): string {
  const seconds = Math.round(newest(chart) - at);
  if (seconds === 0) return 'now';
  return seconds % 60 === 0 ? `−${seconds / 60} min` : `−${seconds} s`;
}

/** A figure that is drawn. */
export interface Curve {
  readonly title: string;
  readonly of: keyof Overview;
}

interface Drawing {
  readonly say: (value: number) => string;
  /** How far lines may be apart, so that what is said of them is round. */
  readonly steps: number[];
  readonly curves: readonly Curve[];
  readonly width: number;
  readonly colours: Colours;
  /** The pointer is at another value; `null`: at none. */
  readonly setUnder: (index: number | null) => void;
}
