import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { catchError, firstValueFrom, type Observable, of, retry, throwError, timer } from 'rxjs';
import { type Cluster, incarnate, joinCluster } from '../../../lib/cluster/index.js';
import type { Pid, System } from '../../../lib/index.js';
import { describeWith } from '../../interop/need.js';
import { idle, quiet, within } from '../../support/runtime.js';
import { type NatsServer, NEED, natsServer } from '../support/natsServer.js';

/** JetStream has 2 s for an answer, which a busy machine may not give in time: who asks again is answered (D41). */
const tryLater = (error: { readonly code: string }): Observable<unknown> =>
  error.code === 'Unavailable' ? timer(100) : throwError(() => error);

interface LiveNode {
  readonly system: System;
  readonly cluster: Cluster;
}

describeWith(NEED)('names of the cluster over NATS', () => {
  let server: NatsServer;
  let nodes: readonly LiveNode[];

  beforeAll(async () => {
    server = await natsServer();
    nodes = ['a', 'b', 'c', 'd'].map((name) => {
      const system = quiet({ node: incarnate(name) });
      system.define('room', idle);
      return { system, cluster: joinCluster(system, { servers: server.url }) };
    });
    await within(Promise.all(nodes.map(({ cluster }) => cluster.ready())), 10_000);
  });
  afterAll(async () => {
    await Promise.all(nodes.map(({ system }) => system.shutdown()));
    await server.close();
  });

  /** Who has a name, when all nodes say the same. */
  async function agreed(name: string): Promise<Pid | undefined> {
    const end = performance.now() + 5_000;
    for (;;) {
      const known = nodes.map(({ cluster }) => cluster.names.lookup(name));
      if (known.every((each) => each === known[0])) return known[0];
      if (performance.now() > end) throw new Error(`${name}: ${known}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  it('have one winner of 20 contenders on 4 nodes each, and a next one when it ends (D41, D42)', async () => {
    const names = Array.from({ length: 10 }, (_, at) => `@name:${at}`);
    const race = async (name: string): Promise<void> => {
      const wanting = nodes.flatMap(({ system, cluster }) =>
        Array.from({ length: 5 }, () => cluster.names.register(name, system.spawn(idle))),
      );
      const got = await within(
        Promise.all(
          wanting.map((want$) =>
            firstValueFrom(
              want$.pipe(
                retry({ delay: tryLater }),
                catchError((error) => of({ pid: error.existing_pid, revision: 0 })),
              ),
            ),
          ),
        ),
        20_000,
      );

      const [winner, ...others] = got.filter(({ revision }) => revision > 0);
      expect(others).toEqual([]);
      expect(got.map(({ pid }) => pid)).toEqual(got.map(() => winner?.pid));
      expect(await agreed(name)).toBe(winner?.pid);
    };
    await Promise.all(names.map(race));

    const [first] = names as [string];
    const [a, b] = nodes as [LiveNode, LiveNode];
    const next = b.system.spawn(idle);
    const exit = firstValueFrom(b.system.monitor(first));
    a.system.terminate(first);
    await within(exit);
    expect(await firstValueFrom(b.cluster.names.register(first, next))).toMatchObject({
      pid: next,
    });
    expect(await agreed(first)).toBe(next);
    expect((await firstValueFrom(a.cluster.names.find(first)))?.pid).toBe(next);
  });

  it('are claimed by one process of all nodes (D43)', async () => {
    const got = await within(
      Promise.all(nodes.map(({ cluster }) => firstValueFrom(cluster.names.claim('@room', 'room')))),
    );

    expect(new Set(got).size).toBe(1);
    expect(await agreed('@room')).toBe(got[0]);
  });

  it('of a node that leaves are free at once (D63)', async () => {
    const [, , , d] = nodes as [LiveNode, LiveNode, LiveNode, LiveNode];
    const [a] = nodes as [LiveNode];
    const pid = d.system.spawn(idle);
    await firstValueFrom(d.cluster.names.register('@left', pid));
    expect(await agreed('@left')).toBe(pid);
    await within(d.cluster.leave());

    const next = a.system.spawn(idle);
    expect(await firstValueFrom(a.cluster.names.register('@left', next))).toMatchObject({
      pid: next,
    });
  });
});
