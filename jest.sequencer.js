import process from 'node:process';
import Sequencer from '@jest/test-sequencer';

/** What takes long, the longest first, or waits: for npm, for a browser, for time. */
const LONG = [
  'consumers',
  'cli/packed',
  'site/site',
  'soak',
  'cluster/live/soak',
  'interop/browser',
  'interop/clients.browser',
  'devtools/page.browser',
  'channels/world/world',
  'docs',
  'supervision/soak',
  ...['examples/cluster', 'examples/examples'],
  ...['stalled', 'servers', 'serverCluster', 'killed', 'network'].map(
    (name) => `cluster/live/${name}`,
  ),
  'cli/serve',
  'cli/program',
  'channels/table/memory',
  'runtime/model',
  'examples/startServer',
  'upgrade/earlyFrames',
  'ws/fuzz',
  'interop/frameworks',
  'interop/dashboard',
  'express/compatibility',
  'channelsPage',
];

/** Where in the order a run begins, from 0 to 1: of several at a time, not all wait for the same. */
const BEGIN = Number(process.env.JEST_BEGIN ?? 0);

/**
 * jest's own order, which goes by the size of a file where it has not run yet; but what takes long comes first. Begun
 * last, it would leave the other workers idle.
 */
export default class extends Sequencer {
  async sort(tests) {
    const places = new Map(
      LONG.map((name, place) => [
        tests.find(({ path }) => path.endsWith(`spec/${name}.spec.ts`)),
        place,
      ]),
    );
    const place = (test) => places.get(test) ?? LONG.length;
    const order = [...(await super.sort(tests))].sort((a, b) => place(a) - place(b));
    const first = Math.floor(order.length * BEGIN);
    return [...order.slice(first), ...order.slice(0, first)];
  }
}
