import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { Overview } from '../../wire/overview.js';
import { useSize } from '../common/useSize.js';
import { type Curve, chartOptions } from './chartOptions.js';
import { useColours } from './useColours.js';

/** A chart of one or two figures: the last values in words, and those under the pointer. */
export function Chart({ title, say, steps, curves, values }: ChartProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const [under, setUnder] = useState<number | null>(null);
  const { width } = useSize(place);
  const colours = useColours();

  const data = useMemo(() => dataOf(curves, values), [curves, values]);
  const latest = useRef(data);
  latest.current = data;

  useEffect(() => {
    if (place.current === null || width === 0) return;
    const options = chartOptions({ say, steps, curves, width, colours, setUnder });
    const made = new uPlot(options, latest.current, place.current);
    plot.current = made;
    return () => made.destroy();
  }, [say, steps, curves, width, colours]);
  useEffect(() => plot.current?.setData(data), [data]);

  const shown = values[under ?? -1] ?? values.at(-1);
  return (
    <section class="card chart" aria-label={title}>
      <h3>{title}</h3>
      <ul class="figures">
        {curves.map((each, i) => (
          <li key={each.of}>
            <b class={`curve curve-${i}`}>{shown === undefined ? '–' : say(shown[each.of])}</b>
            {curves.length > 1 && <span class="soft"> {each.title}</span>}
          </li>
        ))}
        <li class="soft">{ago(values, under)}</li>
      </ul>
      <div ref={place} class="plot" role="img" aria-label={describe(title, say, curves, values)} />
    </section>
  );
}

const dataOf = (curves: readonly Curve[], values: readonly Overview[]): uPlot.AlignedData => [
  values.map(({ at }) => at / 1_000),
  ...curves.map(({ of }) => values.map((each) => each[of])),
];

function ago(values: readonly Overview[], under: number | null): string {
  const [at, last] = [values[under ?? -1]?.at, values.at(-1)?.at];
  return at === undefined || last === undefined || at === last
    ? ''
    : `${Math.round((last - at) / 1_000)} s ago`;
}

/** For those who do not see it. */
function describe(
  title: string,
  say: ChartProps['say'],
  curves: readonly Curve[],
  values: readonly Overview[],
): string {
  if (values.length === 0) return `${title}: no values yet`;
  const each = curves.map(({ title: name, of }) => {
    const all = values.map((value) => value[of]);
    const [least, most, last] = [Math.min(...all), Math.max(...all), all.at(-1) as number];
    return `${name} ${say(last)}, from ${say(least)} to ${say(most)}`;
  });
  return `${title} in the last minutes: ${each.join('; ')}`;
}

interface ChartProps {
  readonly title: string;
  readonly say: (value: number) => string;
  readonly steps: number[];
  readonly curves: readonly Curve[];
  readonly values: readonly Overview[];
}
