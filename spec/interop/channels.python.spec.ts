import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from '@jest/globals';
import { channel, WebSocketMessage } from '../../lib/channels/index.js';
import { serveChannels } from '../channels/served.js';
import { cleanUp, onCleanup, within } from '../express/support.js';
import { describeWith } from './need.js';

const PYTHON = '/usr/bin/python3';
const CLIENT = fileURLToPath(new URL('channels.py', import.meta.url));

describeWith({
  command: PYTHON,
  args: ['-c', 'import websockets'],
  cure: 'apt-get install python3-websockets',
})('channels, with a client of python3-websockets', () => {
  afterEach(cleanUp);

  it('understand it, and are understood (B4, B5, B6, B8)', async () => {
    const { port, manager } = await serveChannels({
      channels: [channel('secret', { isPrivate: true })],
    });
    const say = (text: unknown) => manager.sendToChannel('größe', WebSocketMessage.json(text));
    manager.messages$.subscribe(({ payload, connection }) => {
      if (payload === 'close me') manager.closeConnection(connection.pid, 4321, 'as you like');
      else say({ said: payload });
    });
    manager.channel('größe').members$.subscribe(({ type, count }) => {
      if (type === 'left') say({ left: count });
    });

    const client = spawn(PYTHON, [CLIENT, `ws://127.0.0.1:${port}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onCleanup(() => client.kill());
    const checks: unknown[] = [];
    createInterface(client.stdout).on('line', (line) => checks.push(JSON.parse(line)));
    const exit = new Promise((resolve) => client.on('close', resolve));

    expect(await within(exit, 'the end of the client', 30_000)).toBe(0);
    expect(checks).toEqual([
      ['welcome', 'WebSocket connected'],
      ['protocol', null],
      ['subscribe', 'Subscribed to channel: größe'],
      ['invalid', 'Invalid command'],
      ['ping', 'pong'],
      ['room', 'Connected to channel: größe'],
      ['list', { channels: ['größe'] }],
      ['to ada', { said: 'grüß dich' }],
      ['to bob', { said: 'grüß dich' }],
      ['pong', true],
      ['left', { left: 1 }],
      ['refused', 403],
      ['closed', [4321, 'as you like']],
    ]);
  }, 60_000);
});
