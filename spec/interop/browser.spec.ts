import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { type Started, start } from '../examples/start.js';
import { cleanUp, within } from '../express/support.js';
import { freePort } from '../support/freePort.js';
import { FLAGS, HEADLESS, NEEDS_CHROMIUM } from './chromium.js';
import { describeWith } from './need.js';

const SHOTS = '.tmp/screenshots';
const CRASHED = 'The room has crashed, and was started again. Nobody had to reconnect.';
const DESKTOP = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

describeWith(NEEDS_CHROMIUM)('the start page', () => {
  let server: Started;
  let browser: Browser;
  const problems: string[] = [];
  const data = mkdtempSync(joinPath(tmpdir(), 'rx-process-start-'));
  const startServer = async (env: NodeJS.ProcessEnv = {}): Promise<void> => {
    server = await start('examples/start/server.ts', { DATA: joinPath(data, 'one'), ...env });
  };

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    // Its own: when it comes back, nobody else has it.
    await startServer({ PORT: String(await freePort()) });
    browser = await chromium.launch({ executablePath: HEADLESS, args: FLAGS });
  }, 60_000);
  // A page that nobody looks at any more still draws.
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
  afterAll(async () => {
    await browser?.close();
    await cleanUp();
    rmSync(data, { recursive: true, force: true });
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

  const line = (page: Page, text: string) =>
    page.getByRole('log', { includeHidden: true }).getByText(text, { exact: true });
  const sight = (page: Page, topic: string) =>
    page.locator(`.sight[data-topic="${topic}"]`).first();
  const shoot = (page: Page, name: string) => page.screenshot({ path: `${SHOTS}/${name}.png` });
  const hasSidewaysScroll = (page: Page): Promise<boolean> =>
    page.evaluate('document.documentElement.scrollWidth > innerWidth');

  const members = (page: Page) => page.locator('#members bdi').allInnerTexts();
  const isState = (page: Page, text: RegExp) =>
    page.locator('#chat-state').getByText(text).waitFor();

  /** Waits until a message can be seen where the chat is scrolled to. A text, as specs know no browser's types. */
  const expectInSight = async (page: Page, text: string): Promise<void> => {
    await line(page, text).waitFor({ state: 'attached' });
    const comesInSight = page.evaluate<void>(`new Promise((resolve) => {
      const isIt = ({ textContent }) => textContent === ${JSON.stringify(text)};
      new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && resolve(), { threshold: 0.9 })
        .observe([...document.querySelectorAll('.bubble')].find(isIt));
    })`);
    await within(comesInSight, `${text} in sight`, 10_000);
  };

  it('lets two chat while a third watches', async () => {
    const [ada, bob, watcher] = [await visit(), await visit(), await visit()];
    await join(ada, 'ada', 'lobby');
    await join(bob, 'bob', 'lobby');
    await line(ada, 'bob joined').waitFor();

    await say(ada, '<img src=x onerror=alert(1)> & hello');
    await line(bob, '<img src=x onerror=alert(1)> & hello').waitFor();
    await say(bob, 'hello yourself');
    await line(ada, 'hello yourself').waitFor();

    await sight(watcher, 'channel.joined').getByText('bob in lobby').waitFor();
    await sight(watcher, 'channel.event').getByText('hello yourself').waitFor();
    await shoot(ada, 'desktop');
    await bob.getByRole('button', { name: 'Leave', exact: true }).click();
    await line(ada, 'bob left').waitFor();
    await sight(watcher, 'channel.left').getByText('bob in lobby').waitFor();
    await watcher.emulateMedia({ colorScheme: 'dark' });
    await shoot(watcher, 'desktop-dark');
    expect(await ada.locator('.bubble img').count()).toBe(0);
    expect(problems).toEqual([]);
  }, 60_000);

  it('shows who is typing, until it is said or given up', async () => {
    const [ada, bob] = [await visit(), await visit()];
    await join(ada, 'ada', 'typing');
    await join(bob, 'bob', 'typing');
    const notice = (page: Page) => page.getByRole('status', { name: 'Who is typing' });
    // The connection is open before the room has let him in.
    await bob.getByRole('list', { name: 'In this room' }).getByText('bob').waitFor();

    await bob.getByLabel('Message', { exact: true }).pressSequentially('hel');
    await notice(ada).getByText('bob is typing…').waitFor();
    await shoot(ada, 'desktop-typing');
    expect(await notice(bob).innerText()).toBe('');
    await say(bob, 'hello');
    await line(ada, 'hello').waitFor();
    expect(await notice(ada).innerText()).toBe('');

    await bob.getByLabel('Message', { exact: true }).pressSequentially('given up');
    await notice(ada).getByText('bob is typing…').waitFor();
    await notice(ada).getByText('bob is typing…').waitFor({ state: 'detached' });
    expect(problems).toEqual([]);
  }, 30_000);

  it('says why a message is not sent', async () => {
    const page = await visit();
    await join(page, 'ada', 'too long');
    await page.evaluate("document.getElementById('text').removeAttribute('maxlength')");

    await say(page, 'x'.repeat(2_001));

    await page
      .getByRole('log')
      .getByText(/^Not sent: .*at most 2000 characters/)
      .waitFor();
  }, 30_000);

  it('hides and shows topics', async () => {
    const page = await visit();
    await join(page, 'eve', 'filters');
    await sight(page, 'channel.joined').waitFor();

    await page.getByRole('button', { name: /joins/ }).click();
    await sight(page, 'channel.joined').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: /joins/ }).click();
    await sight(page, 'channel.joined').waitFor();
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
    await sight(phone, 'channel.event').waitFor();
    expect(await hasSidewaysScroll(phone)).toBe(false);
    await shoot(phone, 'phone-server');
    expect(await phone.getByRole('log').isVisible()).toBe(false);
  }, 30_000);

  it.each([
    { what: 'a short chat', before: 0 },
    { what: 'a long chat', before: 20 },
  ])(
    'keeps the newest line of $what in sight, though it came while the server was shown',
    async ({ before }) => {
      const [phone, bob] = [await visit(PHONE), await visit()];
      await join(phone, 'carl', `pinned ${before}`);
      await join(bob, 'bob', `pinned ${before}`);
      for (let i = 1; i <= before; i++) await say(bob, `shown ${i}`);
      if (before > 0) await expectInSight(phone, `shown ${before}`);

      await phone.getByRole('button', { name: 'Server' }).click();
      for (let i = 1; i <= 20; i++) await say(bob, `hidden ${i}`);
      await line(phone, 'hidden 20').waitFor({ state: 'attached' });
      await phone.getByRole('button', { name: 'Chat' }).click();
      await expectInSight(phone, 'hidden 20');
      await say(bob, 'one more');
      await expectInSight(phone, 'one more');

      // As when the keyboard comes up.
      await phone.setViewportSize({ width: 390, height: 500 });
      await expectInSight(phone, 'one more');
    },
    30_000,
  );

  it('leaves a reader who has scrolled up where they are', async () => {
    const [page, bob] = [await visit(), await visit()];
    await join(page, 'carl', 'reading');
    await join(bob, 'bob', 'reading');
    for (let i = 1; i <= 20; i++) await say(bob, `line ${i}`);
    await expectInSight(page, 'line 20');

    await line(page, 'line 1').scrollIntoViewIfNeeded();
    await say(bob, 'far below');
    await line(page, 'far below').waitFor();

    await expectInSight(page, 'line 1');
  }, 30_000);

  it.each([
    { what: 'a phone', options: PHONE },
    { what: 'a desktop', options: DESKTOP },
  ])(
    'crashes a room on $what, shows its new PID, and goes on',
    async ({ what, options }) => {
      const [page, bob] = [await visit(options), await visit()];
      await join(page, 'ada', what);
      await join(bob, 'bob', what);
      const process = (text: string) =>
        page.getByRole('list', { name: 'Processes' }).locator('.process', { hasText: text });
      const show = async (view: 'Chat' | 'Server'): Promise<void> => {
        if (options === PHONE) await page.getByRole('button', { name: view, exact: true }).click();
      };
      const room = process(`chat:${what}`);
      await show('Server');
      const pid = await room.locator('.pid').innerText();
      const connections = room.locator('xpath=..').locator('ul .process');
      await connections.filter({ hasText: 'ada' }).waitFor();
      await connections.filter({ hasText: 'bob' }).waitFor();
      await show('Chat');

      await page.getByRole('button', { name: 'Crash this room' }).click();

      await line(page, CRASHED).waitFor();
      await line(bob, CRASHED).waitFor();
      await say(bob, 'still here');
      await line(page, 'still here').waitFor();
      await shoot(page, `${what}-crashed`);
      await show('Server');
      await room.getByText('1 restart').waitFor();
      expect(await room.locator('.pid').innerText()).not.toBe(pid);
      await connections.filter({ hasText: 'ada' }).waitFor();
      await connections.filter({ hasText: 'bob' }).waitFor();
      await sight(page, 'exited').getByText(`ada has crashed ${what}`).waitFor();
      expect(await hasSidewaysScroll(page)).toBe(false);
      await shoot(page, `${what}-restarted`);
      expect(problems).toEqual([]);
    },
    30_000,
  );

  it('shows after a reload what was said before, and others no leave of who reloads (PR8)', async () => {
    const [ada, bob] = [await visit(), await visit()];
    await join(ada, 'ada', 'reload');
    await join(bob, 'bob', 'reload');
    await line(ada, 'bob joined').waitFor();
    await say(ada, 'hello');
    await line(bob, 'hello').waitFor();

    await ada.reload();
    await join(ada, 'ada', 'reload');
    await line(ada, 'hello').waitFor();
    await say(ada, 'again');
    for (const page of [ada, bob]) await line(page, 'again').waitFor();

    expect(await ada.locator('.bubble').allInnerTexts()).toEqual(['hello', 'again']);
    expect(await bob.locator('.note').allInnerTexts()).toEqual(['You joined']);
    expect(await members(bob)).toEqual(['ada', 'bob']);
    expect(problems).toEqual([]);
  }, 30_000);

  // Last, as it ends the server.
  it('says so when the server goes, and loses nothing when it comes back, or says what', async () => {
    const [ada, bob] = [await visit(), await visit(PHONE)];
    await join(ada, 'ada', 'again');
    await join(bob, 'bob', 'again');
    await line(ada, 'bob joined').waitFor();
    await say(ada, 'before');
    await line(bob, 'before').waitFor();
    const restart = async (env: NodeJS.ProcessEnv = {}): Promise<void> => {
      server.child.kill('SIGTERM');
      for (const page of [ada, bob])
        await page.locator('#chat-state[data-state=waiting]').waitFor();
      await within(server.exited, 'the exit', 10_000);
      await isState(ada, /^connecting in \d+ s$/);
      await startServer({ PORT: String(server.port), ...env });
      for (const page of [ada, bob]) {
        // So that it does not wait longer.
        await page.evaluate("dispatchEvent(new Event('online'))");
        await page.locator('#chat-state[data-state=open]').waitFor();
      }
    };
    const missed = /^Messages are missing here: the server has begun a new history$/;

    await restart();
    await say(bob, 'after');
    await line(ada, 'after').waitFor();
    expect(await ada.locator('.bubble').allInnerTexts()).toEqual(['before', 'after']);
    const notes = ['You joined', 'bob joined', 'Connection lost', 'Connected again'];
    expect((await ada.locator('.note').allInnerTexts()).slice(0, 4)).toEqual(notes);
    expect(await ada.getByText(missed).count()).toBe(0);
    await shoot(ada, 'desktop-back');

    await restart({ DATA: joinPath(data, 'another') });
    await ada.getByText(missed).waitFor();
    await say(bob, 'anew');
    await line(ada, 'anew').waitFor();
    await shoot(bob, 'phone-missed');
  }, 60_000);

  it('says that it is offline', async () => {
    const page = await visit();
    await join(page, 'ada', 'offline');

    await page.context().setOffline(true);
    server.child.kill('SIGTERM');

    await isState(page, /^offline$/);
  }, 30_000);
});
