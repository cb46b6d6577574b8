import { describe, expect, it } from '@jest/globals';
import { NEVER } from 'rxjs';
import { ws } from '../../lib/protocol/index.js';
import { Hub } from '../../lib/relay/index.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { fakeSocket } from '../../lib/testing/marbles/fakeSocket.js';
import { collect, idle } from '../support/runtime.js';
import { config } from './connected.js';

/** A relay with one client for each user, who is named in its metadata. */
function relayOf(...users: readonly string[]) {
  const system = testSystem();
  const hub = new Hub(system);
  const events = collect(hub.connections$);
  const target = system.spawn(idle);
  system.flush();
  const pids = users.map((user) =>
    hub.connect(fakeSocket({ events$: NEVER }), { ...config(target), metadata: { user } }),
  ) as string[];
  return { system, hub, events, target, pids };
}

describe('connections', () => {
  it('lists those that there are, with metadata and target of each (L7)', () => {
    const { system, hub, target, pids } = relayOf('ann', 'bob');
    expect(hub.connections()).toEqual([
      { pid: pids[0], metadata: { user: 'ann' }, target },
      { pid: pids[1], metadata: { user: 'bob' }, target },
    ]);

    system.terminate(pids[0] as string);
    system.flush();
    expect(hub.connections()).toEqual([{ pid: pids[1], metadata: { user: 'bob' }, target }]);
  });

  it('knows what ws.control has changed, and nothing of one that was refused (L7, X1, X2)', () => {
    const { system, hub, target, pids } = relayOf('ann');
    const [pid = ''] = pids;
    system.send(pid, ws.control, { metadata: { user: 'cat' } });
    system.send(pid, ws.control, { metadata: { user: 'dan' }, target_pid: '{main|0xdead}' });
    system.flush();

    expect(hub.connections()).toEqual([{ pid, metadata: { user: 'cat' }, target }]);
  });

  it('leaves out one whose process has not begun (L7)', () => {
    const { system, hub } = relayOf();
    const seen: unknown[] = [];
    system.events$.subscribe(({ type }) => type === 'spawned' && seen.push(hub.connections()));
    hub.connect(fakeSocket({ events$: NEVER }), config(system.spawn(idle)));

    expect(seen).toEqual([[], []]);
    expect(hub.connections()).toHaveLength(1);
  });
});

describe('connections$', () => {
  it('tells the metadata of the beginning, and at the end the last (L7)', () => {
    const { system, events, target, pids } = relayOf('ann');
    const [pid = ''] = pids;
    system.send(pid, ws.control, { metadata: { user: 'cat' } });
    system.terminate(pid);
    system.flush();

    expect(events).toEqual([
      { type: 'opened', pid, metadata: { user: 'ann' }, target, count: 1 },
      { type: 'closed', pid, metadata: { user: 'cat' }, target, count: 0 },
    ]);
  });
});
