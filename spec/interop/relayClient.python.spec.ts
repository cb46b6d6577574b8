import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from '@jest/globals';
import { filter, firstValueFrom, ReplaySubject, take, toArray } from 'rxjs';
import { WebSocket } from 'ws';
import { type ClientState, connectRelay, type RelayClient } from '../../lib/client/index.js';
import { cleanUp, onCleanup, within } from '../express/support.js';
import { describeWith } from './need.js';

const PYTHON = '/usr/bin/python3';
const SERVER = fileURLToPath(new URL('plainServer.py', import.meta.url));

describeWith({
  command: PYTHON,
  args: ['-c', 'import websockets'],
  cure: 'apt-get install python3-websockets',
})('connectRelay, with a server of python3-websockets', () => {
  afterEach(cleanUp);

  /** A client of the server, with what it has received and where it has stood. */
  function connect(
    port: string,
    path = '/',
  ): { client: RelayClient; frames: ReplaySubject<unknown> } {
    const client = connectRelay(`ws://127.0.0.1:${port}${path}`, {
      protocols: ['mirror.v1'],
      backoff: { base: 10, cap: 50 },
      WebSocket,
    });
    onCleanup(() => client.close());
    const frames = new ReplaySubject<unknown>();
    client.frames$.subscribe(frames);
    return { client, frames };
  }

  const reaches = <S extends ClientState['status']>({ state$ }: RelayClient, status: S) => {
    const reached$ = state$.pipe(
      filter((state): state is Extract<ClientState, { status: S }> => state.status === status),
    );
    return within(firstValueFrom(reached$), status, 10_000);
  };

  it('understands it, and comes back when it restarts or crashes (CC7)', async () => {
    const server = spawn(PYTHON, [SERVER], { stdio: ['ignore', 'pipe', 'ignore'] });
    onCleanup(() => server.kill());
    const [port] = await within(once(createInterface(server.stdout), 'line'), 'its port', 20_000);
    const { client, frames } = connect(port);
    await reaches(client, 'open');

    client.send('grüß');
    client.send(Uint8Array.of(0, 1, 255));
    client.send('pieces');
    const said = await within(firstValueFrom(frames.pipe(take(3), toArray())), 'three frames');
    expect(said).toEqual(['ßürg', Uint8Array.of(0, 1, 255), 'pieces']);

    for (const [how, code] of [
      ['restart', 1012],
      ['crash', 1006],
    ] as const) {
      client.send(how);
      expect((await reaches(client, 'waiting')).ended).toMatchObject({ code, opened: true });
      await reaches(client, 'open');
    }
    client.send('back');
    expect(
      await within(firstValueFrom(frames.pipe(filter((it) => it === 'kcab'))), 'an answer'),
    ).toBe('kcab');

    client.send('enough');
    expect((await reaches(client, 'closed')).ended).toMatchObject({ code: 4321, reason: 'enough' });
    const refused = connect(port, '/secret').client;
    expect((await reaches(refused, 'closed')).ended).toMatchObject({ code: 4403, opened: false });
  }, 60_000);
});
