import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { cleanUp, open } from '../express/support.js';
import { read } from '../support/pages.js';
import { BIN, build, clear, run, served, TOKEN } from './program.js';

/** The user's, beside the package's. */
const CHANNELS = join(dirname(BIN), '..', '..', 'channels.mjs');

beforeAll(async () => {
  await build();
  const text = `import { channel, WebSocketMessage } from 'rx-process/channels';
    import { NEVER } from 'rxjs';
    export default ({ manager }) => {
      const game = channel('game:*', { behavior: () => NEVER });
      manager.define(channel('chat:*'), channel('ops', { isPrivate: true }), game);
      manager.messages$.subscribe(({ channel, payload }) => {
        manager.sendToChannel(channel, WebSocketMessage.json(payload));
      });
    };`;
  writeFileSync(CHANNELS, text);
});
afterEach(cleanUp);
afterAll(clear);

const { version } = JSON.parse(read('package.json'));

describe('serve with RX_PROCESS_ADMIN_TOKEN', () => {
  it('tells websocket:info what it is (CL6, CL2)', async () => {
    const env = { RX_PROCESS_ADMIN_TOKEN: TOKEN };
    const { out, port } = await served(['--import', CHANNELS], env);
    const at = `127.0.0.1:${port}`;
    expect(out).toMatch(`\nAdmin       http://${at}/_rx\n`);

    const info = await run(`websocket:info --url http://${at}/_rx`, env);

    expect(info.err).toBe('');
    expect(info.out.replace(/up \S+ · pid \d+/, '')).toBe(
      `rx-process ${version} at http://${at} ·  · node ${process.version}
Endpoints   ws://${at}/ws             main
            ws://${at}/ws/:channel    one channel
Protocols   rx-process.v1, plain
Features    connections, broadcasting, channels, presence, history, requests, resume
Channels    ops     private
            chat:*
            game:*  process
Limits      connections 65,536 · payload 1 MiB · channels 128 · buffered 4 MiB
Origins     same origin
`,
    );
  });

  it('tells websocket:stats what it has done (CL6, CL2)', async () => {
    const file = join(dirname(CHANNELS), 'token');
    writeFileSync(file, TOKEN);
    const { port } = await served(['--import', CHANNELS, '--token-file', file]);
    const [ann, bob, cid] = [
      await open(port, '/ws/chat:a'),
      await open(port, '/ws/chat:a'),
      await open(port, '/ws/game:a'),
    ];
    for (const client of [ann, bob, cid]) await client.next();
    // The process of its channel goes on for half a minute (B26).
    cid.socket.close(4000);
    await cid.closed;
    await ann.ask(JSON.stringify({ type: 'json', channel: 'chat:a', payload: 1 }));
    await bob.next();

    const url = `http://127.0.0.1:${port}/_rx`;
    const { out, err } = await run(`websocket:stats --url ${url} --token-file ${file}`);

    expect(err).toBe('');
    expect(out.split('\n').slice(0, -2)).toEqual([
      'Connections   2 total · 2 active · 0 idle · 3 since start',
      'Channels      2 total · 1 with subscribers · 2 subscriptions · 1 processes',
      // Three welcomes, and one message for two.
      'Messages      sent 5 (0.5/s) · received 1 (0.1/s) · broadcast 1 (0.1/s)',
      'Closed        4000 1',
    ]);
    expect(out).toMatch(/\nProcess {7}rss \d+ MiB · heap \d+ MiB\n$/);
  });

  it('ends with 2 and a line for one that is too short (CL5)', async () => {
    const { code, out, err } = await run('serve', { RX_PROCESS_ADMIN_TOKEN: 'short', PORT: '0' });

    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^adminRoutes: token: give at least 16 bytes of visible ASCII.*\n$/);
  });

  it('has no admin endpoint without one (CL6)', async () => {
    const { out, port } = await served();

    expect(out).not.toMatch('Admin');
    expect((await fetch(`http://127.0.0.1:${port}/_rx/info`)).status).toBe(404);
  });
});
