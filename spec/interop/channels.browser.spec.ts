import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { filter, firstValueFrom } from 'rxjs';
import { WebSocketMessage } from '../../lib/channels/index.js';
import { type ServedChannels, serveChannels } from '../channels/served.js';
import { cleanUp, within } from '../express/support.js';
import { FLAGS, HEADLESS, NEEDS_CHROMIUM } from './chromium.js';
import { describeWith } from './need.js';

/** The client's code of the page, as it stands there. */
const CONNECT = `
// Hauptverbindung
const ws = new WebSocket('ws://localhost:3000/ws');

// Channel-spezifisch
const chatWs = new WebSocket('ws://localhost:3000/ws/chat:room1');

ws.onopen = () => {
    console.log('Connected!');
};

ws.onmessage = (event) => {
    const message = JSON.parse(event.data);
    console.log('Received:', message);
};
`;

const COMMANDS = `
// Channel abonnieren
ws.send(JSON.stringify({
    type: "system",
    payload: {
        command: "subscribe",
        channel: "chat:room1"
    }
}));

// Channel deabonnieren
ws.send(JSON.stringify({
    type: "system",
    payload: {
        command: "unsubscribe",
        channel: "chat:room1"
    }
}));

// Channels auflisten
ws.send(JSON.stringify({
    type: "system",
    payload: {
        command: "list_channels"
    }
}));
`;

describeWith(NEEDS_CHROMIUM)("the page's own client, in a browser", () => {
  let served: ServedChannels;
  let browser: Browser;
  let page: Page;
  const said: unknown[] = [];
  let onSaid = (): void => {};
  const problems: string[] = [];

  beforeAll(async () => {
    served = await serveChannels();
    served.app.get('/', (_request, response) => void response.type('html').send('<p>page'));
    // The port of the page is not free on every machine.
    const rule = `--host-resolver-rules=MAP localhost:3000 127.0.0.1:${served.port}`;
    browser = await chromium.launch({ executablePath: HEADLESS, args: [...FLAGS, rule] });
    page = await browser.newPage();
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => {
      // Not that the page has no icon.
      if (message.type() !== 'log') return;
      const values = Promise.all(message.args().map((each) => each.jsonValue()));
      values.then((line) => {
        said.push(line);
        onSaid();
      }, String);
    });
    await page.goto('http://localhost:3000/');
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await cleanUp();
  });

  /** Runs a script of the page, in its global scope, so that the next one finds its names. */
  const runs = (script: string) => page.addScriptTag({ content: script });

  const next = (): Promise<void> =>
    new Promise((resolve) => {
      onSaid = resolve;
    });

  /** What the page has said, once it is so much. */
  async function until(count: number): Promise<unknown[]> {
    while (said.length < count) {
      await within(next(), `${count} lines`, 10_000);
    }
    return said.splice(0);
  }

  const received = (type: string, payload: unknown) => [
    'Received:',
    { type, payload, timestamp: expect.any(Number) },
  ];

  /** Resolves at the next change after which the server has so many connections. */
  const connected = (count: number): Promise<unknown> =>
    firstValueFrom(served.manager.connections$.pipe(filter((change) => change.count === count)));

  it('connects, is welcomed, and hears what the server says (B4)', async () => {
    const both = connected(2);
    await runs(CONNECT);

    // The page speaks of the first one alone.
    await within(both, 'both connections', 10_000);
    expect(await until(2)).toEqual([['Connected!'], received('system', 'WebSocket connected')]);
    expect(served.manager.broadcast(WebSocketMessage.event('user.joined', { userId: 42 }))).toBe(2);
    expect(await until(1)).toEqual([
      received('event', { event: 'user.joined', data: { userId: 42 } }),
    ]);
    expect(served.manager.channels.subscriberCount('chat:room1')).toBe(1);
    expect(problems).toEqual([]);
  }, 30_000);

  it('subscribes, unsubscribes and lists channels (B5)', async () => {
    await runs(COMMANDS);

    expect(await until(3)).toEqual([
      received('system', 'Subscribed to channel: chat:room1'),
      received('system', 'Unsubscribed from channel: chat:room1'),
      received('json', { channels: ['chat:room1'] }),
    ]);
    expect(problems).toEqual([]);
  }, 30_000);

  it('is off every list when its page is closed (B8)', async () => {
    const { manager } = served;
    const gone = connected(0);

    await page.close();
    await within(gone, 'the end of both connections');

    expect(manager.getConnectionIds()).toEqual([]);
    expect(manager.channels.getSubscribers('chat:room1')).toEqual([]);
  }, 30_000);
});
