import type { JSX } from 'preact';
import type { Overview as Values } from '../../wire/overview.js';
import { format } from '../common/format.js';
import { Chart } from './chart.js';
import type { Curve } from './chartOptions.js';

/** What the system does, and how well, over the last minutes. */
export function Overview({ values }: { readonly values: readonly Values[] }): JSX.Element {
  return (
    <>
      <h2 class="visually-hidden">Overview</h2>
      <div class="charts">
        {CHARTS.map((chart) => (
          <Chart key={chart.title} {...chart} values={values} />
        ))}
      </div>
      {values.length < 2 && (
        <p class="soft">The charts begin as soon as there are two seconds to draw.</p>
      )}
    </>
  );
}

const curve = (title: string, of: keyof Values): Curve => ({ title, of });

/** 1, 2, 5, 10 …, and what is round for bytes. */
const ROUND = Array.from({ length: 12 }, (_, i) => [1, 2, 5].map((each) => each * 10 ** i)).flat();
const BINARY = Array.from({ length: 34 }, (_, i) => 2 ** (i + 10));

const CHARTS: readonly {
  readonly title: string;
  readonly say: (value: number) => string;
  readonly steps: number[];
  readonly curves: readonly [Curve, ...Curve[]];
}[] = [
  {
    title: 'Processes',
    say: format.count,
    steps: ROUND,
    curves: [curve('processes', 'processes')],
  },
  {
    title: 'Connections',
    say: format.count,
    steps: ROUND,
    curves: [curve('connections', 'connections')],
  },
  { title: 'Channels', say: format.count, steps: ROUND, curves: [curve('channels', 'channels')] },
  {
    title: 'Messages a second',
    say: format.rate,
    steps: ROUND,
    curves: [curve('handled', 'messages')],
  },
  {
    title: 'Frames a second',
    say: format.rate,
    steps: ROUND,
    curves: [curve('received', 'received'), curve('sent', 'sent')],
  },
  {
    title: 'Event-loop lag',
    say: format.ms,
    steps: ROUND,
    curves: [curve('99th percentile', 'lag')],
  },
  {
    title: 'Memory',
    say: format.bytes,
    steps: BINARY,
    curves: [curve('heap', 'heap'), curve('in all', 'rss')],
  },
  {
    title: 'Lost a second',
    say: format.rate,
    steps: ROUND,
    curves: [curve('drops', 'drops'), curve('dead letters', 'deadLetters')],
  },
];
