import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { filter, firstValueFrom } from 'rxjs';
import { createSystem, type System, type SystemEvent, supervise } from '../../../lib/index.js';
import { dial } from '../../../lib/ws/index.js';
import { type Client, cleanUp, onCleanup, within } from '../../express/support.js';
import { freePort } from '../../support/freePort.js';
import { collect, idle } from '../../support/runtime.js';
import { until } from '../support.js';
import { other } from './support.js';

afterEach(cleanUp);

let system: System;
let events: SystemEvent[];

beforeEach(() => {
  system = createSystem({ logger: false });
  events = collect(system.events$);
  onCleanup(() => system.shutdown());
});

/** A feed that is connected to again within milliseconds. */
function supervised(url: string): void {
  system.spawn(idle, { name: 'target' });
  const feed = dial(url, { target: 'target' });
  system.spawn(supervise({ children: [{ id: 'feed', behavior: feed }], backoff: { initial: 1 } }));
}

describe('a supervised dial', () => {
  it.each<[what: string, end: (client: Client) => void]>([
    ['is lost', ({ socket }) => socket.terminate()],
    ['closes with 1012', ({ socket }) => socket.close(1012, 'restart')],
    ['closes with 1013', ({ socket }) => socket.close(1013)],
    ['closes with no code', ({ socket }) => socket.close()],
    ['says so', ({ socket }) => socket.close(4000, 'moving; retry=1')],
  ])('connects again, and that is all of reconnecting, when its server %s (A9)', async (_, end) => {
    const there = await other();
    supervised(there.url);
    end(await there.next());
    const again = await there.next();
    again.socket.terminate();

    await there.next();
  });

  it('connects when there is a server, though there was none at first (A9, V4)', async () => {
    const port = await freePort();
    const failed = firstValueFrom(system.events$.pipe(filter(({ type }) => type === 'exited')));
    supervised(`ws://127.0.0.1:${port}/feed`);
    await within(failed, 'a failure');

    await (await other({ port })).next();
  });

  it.each([1000, 1008, 4401, 4403, 4999])(
    'stays down when its server says that it is not to come back: %i (A9, V6)',
    async (code) => {
      const there = await other();
      supervised(there.url);
      (await there.next()).socket.close(code);
      await until(() => events.some(({ type }) => type === 'warning'));

      expect(events.filter(({ type }) => type === 'warning')).toMatchObject([
        {
          code: 'supervisor',
          message: 'child feed is not restarted: its exit is marked as not retryable',
        },
      ]);
      expect(system.tree()[0]).toMatchObject({ children: [{ id: 'feed', status: 'stopped' }] });
    },
  );
});
