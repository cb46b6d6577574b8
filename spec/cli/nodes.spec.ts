import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { layOut } from '../../lib/cli/layOut.js';
import { statsLine, statsRows } from '../../lib/cli/statsRows.js';
import { adminRoutes } from '../../lib/express/index.js';
import { ProcessError } from '../../lib/index.js';
import type { Stats } from '../../lib/protocol/index.js';
import { cleanUp } from '../express/support.js';
import { INFO, STATS } from '../support/admin.js';
import { build, clear, run, serve, TOKEN } from './program.js';

beforeAll(build);
afterEach(cleanUp);
afterAll(clear);

const NODES = ['a', 'b'];

/** A server that tells of two nodes. */
const served = () =>
  serve(
    adminRoutes(
      {
        info: () => INFO,
        stats: ({ node } = {}): Stats => {
          if (node === undefined) return { ...STATS, nodes: NODES };
          if (NODES.includes(node)) return { ...STATS, nodes: [node], at: 0 };
          throw new ProcessError('NotFound', `no node "${node}"; there are a, b`);
        },
      },
      { token: TOKEN },
    ),
  );

describe('websocket:stats of a cluster', () => {
  it('says whose sums it shows, or of which node (CL1, CN50)', async () => {
    const env = await served();

    const all = await run('websocket:stats', env);
    const one = await run('websocket:stats --node b', env);
    const json = await run('websocket:stats --node=b --json', env);

    expect(all).toMatchObject({ code: 0, err: '' });
    expect(all.out).toMatch(/^Nodes {9}2 · a, b\nConnections {3}1,204 total /);
    expect(one.out).toMatch(/^Nodes {9}1 · b\nConnections {3}/);
    expect(JSON.parse(json.out)).toMatchObject({ nodes: ['b'], at: 0 });
  });

  it('ends with 1 and what the server says for a node that there is not (CL2, CN50)', async () => {
    const line = 'no node "c"; there are a, b\n';

    expect(await run('websocket:stats --node c', await served())).toEqual({
      ...{ code: 1, out: '', err: line },
    });
  });

  it('ends with 1 where a server knows no nodes, and tells of itself whatever it is asked (CN50)', async () => {
    const env = await serve((_request, response) => void response.json(STATS));

    expect(await run('websocket:stats --node a', env)).toEqual({
      ...{ code: 1, out: '' },
      err: `${env.at}/_rx knows no nodes: is its rx-process older than this one?\n`,
    });
  });

  it('says in its line for a log how many there are (CL3, CN50)', () => {
    const stats = { ...STATS, nodes: NODES };

    expect(statsLine(stats)).toContain('Z · 2 nodes · 1,204 connections');
    expect(layOut(statsRows(stats))[0]).toBe('Nodes         2 · a, b');
  });
});
