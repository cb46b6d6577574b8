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

const CHARTS: readonly {
  readonly title: string;
  readonly say: (value: number) => string;
  readonly curves: readonly [Curve, ...Curve[]];
}[] = [
  { title: 'Processes', say: format.count, curves: [curve('processes', 'processes')] },
  { title: 'Connections', say: format.count, curves: [curve('connections', 'connections')] },
  { title: 'Channels', say: format.count, curves: [curve('channels', 'channels')] },
  { title: 'Messages a second', say: format.rate, curves: [curve('handled', 'messages')] },
  {
    title: 'Frames a second',
    say: format.rate,
    curves: [curve('received', 'received'), curve('sent', 'sent')],
  },
  { title: 'Event-loop lag', say: format.ms, curves: [curve('99th percentile', 'lag')] },
  { title: 'Memory', say: format.bytes, curves: [curve('heap', 'heap'), curve('in all', 'rss')] },
  {
    title: 'Lost a second',
    say: format.rate,
    curves: [curve('drops', 'drops'), curve('dead letters', 'deadLetters')],
  },
];
