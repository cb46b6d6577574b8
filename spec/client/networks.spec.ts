import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { levelStore } from '../../lib/level/index.js';
import { cleanUp } from '../express/support.js';
import { Rooms } from '../interop/tabs/rooms.js';
import { SCENARIOS, type Stage } from '../interop/tabs/scenarios.js';
import { NodeTab } from '../interop/tabs/tab.js';

describe('a client in Node whose connection', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rooms-'));
  let stage: Stage<NodeTab>;

  beforeAll(async () => {
    const rooms = await new Rooms(() => levelStore(join(folder, 'history'))).start();
    stage = {
      rooms,
      open: async (user, room, options = {}) =>
        new NodeTab(user, room, await rooms.network()).enter(options),
    };
  });
  afterAll(async () => {
    await cleanUp();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(SCENARIOS)('$what (CC15)', ({ play }) => play(stage), 90_000);

  it('is refused with 403 does not try again, and is told at once where its sockets tell (CP31, CC8)', async () => {
    const nobody = await stage.open('nobody', 'room:none');
    await nobody.last('states', 'closed 4403 HTTP 403');
    // Those of Node itself tell nothing: it asks after the second dial, and may dial meanwhile.
    const isTold = !globalThis.WebSocket;
    expect(nobody.states.at(isTold ? 1 : -1)).toBe('closed 4403 HTTP 403');
  });
});
