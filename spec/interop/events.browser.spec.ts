import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type ConnectAnswer, channel, WebSocketMessage } from '../../lib/channels/index.js';
import { websocketRoutes } from '../../lib/express/index.js';
import { type ServedEvents, serveEvents } from '../express/events.js';
import { cleanUp } from '../express/support.js';
import { FLAGS, HEADLESS, NEEDS_CHROMIUM } from './chromium.js';
import { describeWith } from './need.js';

/** Notes in a page what an EventSource says, and in the end its state. */
const FOLLOW = `
window.follow = (path) => {
  const source = new EventSource('http://api.test:3000' + path, { withCredentials: true });
  const said = [];
  source.onopen = () => said.push('open');
  source.onerror = () => said.push('error ' + source.readyState);
  source.onmessage = ({ data, lastEventId }) => said.push(JSON.parse(data).payload + ' ' + lastEventId);
  for (const name of ['close', 'gap', 'refused']) {
    source.addEventListener(name, ({ data }) => said.push(name + ' ' + data));
  }
  return (window.followed ??= {})[path] = { source, said };
};`;

describeWith(NEEDS_CHROMIUM)("a browser's EventSource", () => {
  let served: ServedEvents;
  let browser: Browser;
  let page: Page;
  let refusals = 1;

  beforeAll(async () => {
    // Below what it ever is: a browser that is to come back in some seconds comes back in some milliseconds.
    jest.spyOn(Math, 'random').mockReturnValue(-0.998);
    served = await serveEvents(
      {
        allowedOrigins: 'http://localhost:3000',
        connect: ({ path }): ConnectAnswer =>
          path === '/events/busy' && refusals-- > 0 ? { status: 503, body: 'Busy' } : {},
      },
      { channels: [channel('private', { isPrivate: true }), channel('moved', { history: {} })] },
    );
    const { app, manager, port } = served;
    app.use(websocketRoutes(manager));
    app.get('/', (_request, response) => void response.type('html').send('<p>page'));
    app.get('/status', (_request, response) => void response.status(503).end());
    const hosts = ['localhost', 'api.test'].map((host) => `MAP ${host}:3000 127.0.0.1:${port}`);
    browser = await chromium.launch({
      executablePath: HEADLESS,
      args: [...FLAGS, `--host-resolver-rules=${hosts.join()}`],
    });
    page = await browser.newPage();
    await page.goto('http://localhost:3000/');
    await page.addScriptTag({ content: FOLLOW });
  }, 60_000);
  afterAll(async () => {
    jest.restoreAllMocks();
    await browser?.close();
    await cleanUp();
  });

  /** What an EventSource has said, once it is so much. */
  async function said(path: string, count: number): Promise<string[]> {
    const wait = `window.followed?.['${path}'].said.length >= ${count}`;
    await page.waitForFunction(wait, undefined, { timeout: 10_000 });
    return page.evaluate(`window.followed['${path}'].said`);
  }

  const follow = (path: string) => page.evaluate(`void window.follow('${path}')`);
  const stateOf = (path: string) => page.evaluate(`window.followed['${path}'].source.readyState`);

  it('hears by onmessage exactly what a plain WebSocket hears, also of another site (SE1, SE2)', async () => {
    await page.evaluate(`
      window.heard = { events: [], socket: [] };
      // One of them may be welcomed in the next second.
      const note = (list) => ({ data }) =>
        heard[list].push(data.replace(/(channel: chat","timestamp":)\\d+/, '$1'));
      new EventSource('http://api.test:3000/events/chat').onmessage = note('events');
      new WebSocket('ws://localhost:3000/ws/chat').onmessage = note('socket');`);
    await page.waitForFunction('heard.events.length === 1 && heard.socket.length === 1');
    served.manager.sendToChannel('chat', WebSocketMessage.event('said', { text: 'a\nb' }));
    served.manager.broadcast(WebSocketMessage.text('to all'));
    await page.waitForFunction('heard.events.length === 3 && heard.socket.length === 3');

    const { events, socket } = (await page.evaluate('heard')) as Record<string, unknown[]>;
    expect(events).toEqual(socket);
    expect(events?.[1]).toContain(String.raw`{"event":"said","data":{"text":"a\nb"}}`);
  }, 30_000);

  it('comes back after an end that passes, with its position, and not after a final one (SE5, SE6)', async () => {
    for (const path of ['/events/moved', '/events/done']) await follow(path);
    await said('/events/moved', 2);
    await said('/events/done', 2);
    const { manager } = served;
    const [moved = ''] = manager.channels.getSubscribers('moved');
    const [done = ''] = manager.channels.getSubscribers('done');
    manager.closeConnection(moved, 1012, 'moving; retry=1');
    manager.sendToChannel('moved', WebSocketMessage.text('missed'));
    manager.closeConnection(done, 4403, 'out');

    const close = (code: number, reason: string, reconnect: boolean) =>
      `close ${JSON.stringify({ code, reason, reconnect })}`;
    const at = (offset: number) => expect.stringMatching(new RegExp(` [\\w-]{8}:${offset}$`));
    expect(await said('/events/moved', 7)).toEqual([
      ...['open', at(0), close(1012, 'moving; retry=1', true), 'error 0'],
      ...['open', at(0), at(1)],
    ]);
    expect((await said('/events/moved', 7)).at(-1)).toMatch(/^missed /);
    // It asks once more, and is answered 204.
    expect(await said('/events/done', 5)).toEqual([
      ...['open', 'Connected to channel: done ', close(4403, 'out', false)],
      ...['error 0', 'error 2'],
    ]);
    expect(await stateOf('/events/done')).toBe(2);
    expect(manager.channels.subscriberCount('done')).toBe(0);
  }, 30_000);

  it('stops at a refusal, and comes back after one that passes (SE7)', async () => {
    for (const path of ['/events/private', '/events/busy', '/status']) await follow(path);

    expect(await said('/events/private', 1)).toEqual(['error 2']);
    expect(await said('/events/busy', 5)).toEqual([
      ...['open', 'refused {"status":503,"message":"Busy"}', 'error 0'],
      ...['open', 'Connected to channel: busy '],
    ]);
    // What a status would have done.
    expect(await said('/status', 1)).toEqual(['error 2']);
  }, 30_000);
});
