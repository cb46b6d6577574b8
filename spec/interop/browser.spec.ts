import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { type Started, start } from '../examples/start.js';
import { cleanUp, within } from '../express/support.js';
import { CHROMIUM, FLAGS, NEEDS_CHROMIUM } from './chromium.js';
import { describeWith } from './need.js';

const SHOTS = '.tmp/screenshots';
const DESKTOP = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

describeWith(NEEDS_CHROMIUM)('the start page', () => {
  let server: Started;
  let browser: Browser;
  const problems: string[] = [];

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    server = await start('examples/start/server.ts');
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await cleanUp();
  });

  async function visit(options: BrowserContextOptions = DESKTOP): Promise<Page> {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await page.goto(`http://127.0.0.1:${server.port}/`);
    return page;
  }

  async function join(page: Page, user: string, room: string): Promise<void> {
    await page.getByLabel('Your name').fill(user);
    await page.getByLabel('Room', { exact: true }).fill(room);
    await page.getByRole('button', { name: 'Join', exact: true }).click();
    await page.locator('#chat-state[data-state=open]').waitFor();
  }

  async function say(page: Page, text: string): Promise<void> {
    await page.getByLabel('Message', { exact: true }).fill(text);
    await page.keyboard.press('Enter');
  }

  const line = (page: Page, text: string) => page.getByRole('log').getByText(text, { exact: true });
  const sight = (page: Page, topic: string) =>
    page.locator(`.sight[data-topic="${topic}"]`).first();
  const shoot = (page: Page, name: string) => page.screenshot({ path: `${SHOTS}/${name}.png` });
  const hasSidewaysScroll = (page: Page): Promise<boolean> =>
    page.evaluate('document.documentElement.scrollWidth > innerWidth');

  it('lets two chat while a third watches', async () => {
    const [ada, bob, watcher] = [await visit(), await visit(), await visit()];
    await join(ada, 'ada', 'lobby');
    await join(bob, 'bob', 'lobby');
    await line(ada, 'bob joined').waitFor();

    await say(ada, '<img src=x onerror=alert(1)> & hello');
    await line(bob, '<img src=x onerror=alert(1)> & hello').waitFor();
    await say(bob, 'hello yourself');
    await line(ada, 'hello yourself').waitFor();

    await sight(watcher, 'ws.join').getByText('bob in lobby').waitFor();
    await sight(watcher, 'ws.message').getByText('hello yourself').waitFor();
    await sight(watcher, 'ws.heartbeat').waitFor({ timeout: 15_000 });
    await shoot(ada, 'desktop');
    await bob.getByRole('button', { name: 'Leave', exact: true }).click();
    await line(ada, 'bob left').waitFor();
    await sight(watcher, 'ws.leave').getByText('bob in lobby').waitFor();
    await watcher.emulateMedia({ colorScheme: 'dark' });
    await shoot(watcher, 'desktop-dark');
    expect(await ada.locator('.bubble img').count()).toBe(0);
    expect(problems).toEqual([]);
  }, 60_000);

  it('hides and shows topics', async () => {
    const page = await visit();
    await join(page, 'eve', 'filters');
    await sight(page, 'ws.join').waitFor();

    await page.getByRole('button', { name: /joins/ }).click();
    await sight(page, 'ws.join').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: /joins/ }).click();
    await sight(page, 'ws.join').waitFor();
  }, 30_000);

  it('is usable on a phone', async () => {
    const phone = await visit({ ...PHONE, deviceScaleFactor: 2 });
    await shoot(phone, 'phone-entrance');
    await join(phone, 'carl', 'pocket');
    await say(phone, `a word of ${'many '.repeat(20)}${'letters'.repeat(20)}`);
    await phone.locator('.said').waitFor();
    expect(await hasSidewaysScroll(phone)).toBe(false);
    await shoot(phone, 'phone-chat');

    await phone.getByRole('button', { name: 'Server' }).click();
    await sight(phone, 'ws.message').waitFor();
    expect(await hasSidewaysScroll(phone)).toBe(false);
    await shoot(phone, 'phone-server');
    expect(await phone.getByRole('log').isVisible()).toBe(false);
  }, 30_000);

  // Last, as it ends the server.
  it('says so when the server goes, and comes back with it', async () => {
    const page = await visit();
    await join(page, 'ada', 'again');
    server.child.kill('SIGTERM');
    await page.locator('#chat-state[data-state=waiting]').waitFor();
    await line(page, 'Connection lost').waitFor();
    await within(server.exited, 'the exit', 10_000);

    server = await start('examples/start/server.ts', { PORT: String(server.port) });

    await page.locator('#chat-state[data-state=open]').waitFor();
    await say(page, 'there again');
    await line(page, 'there again').waitFor();
  }, 60_000);
});
