import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Started, start } from '../examples/start.js';
import { cleanUp, onCleanup } from '../express/support.js';
import { FLAGS, HEADLESS, NEEDS_CHROMIUM } from './chromium.js';
import { describeWith } from './need.js';
import { Network } from './network.js';

describeWith(NEEDS_CHROMIUM)('the pages of examples/18b-frameworks', () => {
  let server: Started;
  let browser: Browser;
  let network: Network;
  let port: number;
  const problems: string[] = [];

  beforeAll(async () => {
    [server, browser] = await Promise.all([
      start('examples/18b-frameworks.ts'),
      chromium.launch({ executablePath: HEADLESS, args: FLAGS }),
    ]);
    network = new Network(server.port);
    port = await network.listen();
    onCleanup(() => network.close());
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await cleanUp();
  });

  /** A page at which somebody sits, and the commands that it sends. */
  async function visit(name: string, user: string): Promise<[Page, string[]]> {
    const page = await browser.newPage();
    const commands: string[] = [];
    page.setDefaultTimeout(10_000);
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => {
      // Not that the network is down.
      if (message.type() === 'error' && !/ERR_|WebSocket/.test(message.text()))
        problems.push(message.text());
    });
    page.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) => {
        for (const [, command = ''] of String(payload).matchAll(/"command":"(\w+)"/g))
          commands.push(command);
      }),
    );
    await page.goto(`http://127.0.0.1:${port}/${name}/?user=${user}`);
    return [page, commands];
  }

  const isState = (page: Page, text: string) =>
    page.getByRole('status').getByText(text, { exact: true }).waitFor();
  const isHere = (page: Page, user: string) =>
    page.getByRole('list', { name: 'Who is here' }).getByText(user, { exact: true }).waitFor();
  const lines = (page: Page) => page.getByRole('log').getByRole('listitem').allInnerTexts();

  async function say(page: Page, text: string): Promise<void> {
    await page.getByRole('textbox').fill(text);
    await page.getByRole('button', { name: 'Send' }).click();
  }

  async function isSaid(text: string, ...pages: Page[]): Promise<void> {
    for (const page of pages)
      await page.getByRole('log').getByText(text, { exact: true }).waitFor();
  }

  const said: string[] = [];
  it.each(['plain', 'react', 'angular'])(
    'chat on %s, know who is there, and come back after a cut',
    async (name) => {
      const [ann, bob] = [`ann-${name}`, `bob-${name}`];
      const [[hers], [his]] = await Promise.all([visit(name, ann), visit(name, bob)]);
      for (const page of [hers, his]) for (const user of [ann, bob]) await isHere(page, user);

      await say(hers, '<b>hello');
      await isSaid(`${ann}: <b>hello`, hers, his);

      network.down();
      await isState(hers, 'waiting');
      network.up();
      await say(his, 'again');
      await isState(hers, 'open');
      await isSaid(`${bob}: again`, hers, his);

      said.push(`${ann}: <b>hello`, `${bob}: again`);
      // Also what was said on the pages before: the room has a history, and each line once.
      expect(await Promise.all([lines(hers), lines(his)])).toEqual([said, said]);
      await Promise.all([hers.close(), his.close()]);
      expect(problems).toEqual([]);
    },
    60_000,
  );

  it('subscribe once what React mounts twice, and what several parts of a page need (CC2)', async () => {
    const [[hers, commands], [his]] = await Promise.all([
      visit('react', 'eve'),
      visit('react', 'finn'),
    ]);
    await isHere(his, 'eve');
    await hers.getByRole('button', { name: 'Leave' }).click();
    await his.getByText('eve', { exact: true }).waitFor({ state: 'detached' });

    // Now it is connected, so that each subscribe would be sent.
    await hers.getByRole('button', { name: 'Enter' }).click();
    await isHere(his, 'eve');
    await say(his, 'welcome back');
    await isSaid('finn: welcome back', hers);

    expect(await lines(hers)).toEqual([...said, 'finn: welcome back']);
    // Who is there is looked at by another part, once the subscribe is on its way.
    expect(commands).toEqual(['subscribe', 'unsubscribe', 'subscribe', 'presence']);
    expect(problems).toEqual([]);
  }, 60_000);
});
