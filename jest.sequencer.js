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
    return [...(await super.sort(tests))].sort((a, b) => place(a) - place(b));
  }
}
