import { afterEach, expect, it } from '@jest/globals';
import { firstValueFrom } from 'rxjs';
import { channel, event, WebSocketMessage } from '../../lib/channels/index.js';
import { Program } from '../../lib/cli/conformance/program.js';
import { serveChannels } from '../channels/served.js';
import { cleanUp, onCleanup } from '../express/support.js';
import { describeWith } from './need.js';

const PYTHON = '/usr/bin/python3';

describeWith({
  command: PYTHON,
  args: ['-c', 'import websockets'],
  cure: 'apt-get install python3-websockets',
})('the client in Python', () => {
  afterEach(cleanUp);

  it('talks to the real server, and misses nothing when its connection is lost (CP11, CP22, CP23, CH4, PR6)', async () => {
    const { port, manager } = await serveChannels({
      channels: [channel('chat:*', { history: {}, presence: true })],
      connect: (_req, { token }) => (token === undefined ? { status: 401 } : { identity: token }),
    });
    const program = new Program(`${PYTHON} examples/python-client/conformance.py`);
    onCleanup(() => program.end());
    const saw = (wanted: object) =>
      program.seen.take({ ...wanted }, JSON.stringify(wanted), 10_000);
    const say = (data: unknown) =>
      manager.sendToChannel('chat:1', WebSocketMessage.event('said', data));
    const ann = () => manager.getConnectionIds()[0] as (typeof manager)['pid'];
    const there = [{ key: 'ann', metas: [{ meta: {} }] }];

    const url = `ws://127.0.0.1:${port}/ws`;
    program.do({ do: 'open', url, speed: 1, tokens: ['ann'] });
    await saw({ saw: 'open' });
    program.do({ do: 'subscribe', channel: 'chat:1', presence: true });
    await saw({ saw: 'subscribed' });
    await saw({ saw: 'presence', members: there });
    say('hello');
    await saw({ saw: 'event', event: 'said', data: 'hello' });

    const asked = manager.request(ann(), event<unknown, unknown>('echo'), { grüß: 'dich' });
    expect(await firstValueFrom(asked)).toEqual({ grüß: 'dich' });

    // The reply waits until its connection is gone, and what is said meanwhile is recorded.
    const performed: unknown[] = [];
    const heard = firstValueFrom(manager.messages$);
    manager.messages$.subscribe(({ payload }) => performed.push(payload));
    program.do({ do: 'request', as: 'r', event: 'ask', data: 1, once: true });
    const message = await heard;
    manager.closeConnection(ann(), 1012, 'moving; retry=20');
    say('missed');
    message.reply('done');

    await saw({ saw: 'open' });
    await saw({ saw: 'answer', to: 'r', value: 'done' });
    await saw({ saw: 'event', event: 'said', data: 'missed' });
    expect(performed).toEqual([{ event: 'ask', data: 1 }]);
    expect(program.seen.items.filter((each) => each.saw === 'gap')).toEqual([]);

    program.do({ do: 'close' });
    await saw({ saw: 'closed', code: 1000 });
  }, 60_000);
});
