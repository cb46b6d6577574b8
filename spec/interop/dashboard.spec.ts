import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Started, start } from '../examples/start.js';
import { cleanUp, within } from '../express/support.js';
import { freePort } from '../support/freePort.js';
import { FLAGS, HEADLESS, NEEDS_CHROMIUM } from './chromium.js';
import { describeWith } from './need.js';

const SHOTS = '.tmp/screenshots';

const SCREENS = [
  { what: 'a desktop', width: 1280, colorScheme: 'light' },
  { what: 'a desktop in the dark', width: 1280, colorScheme: 'dark' },
  { what: 'a phone in the dark', width: 390, colorScheme: 'dark' },
  { what: 'a phone', width: 390, colorScheme: 'light' },
] as const;

describeWith(NEEDS_CHROMIUM)('the page of examples/13-live-dashboard', () => {
  let server: Started;
  let browser: Browser;

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    // Its own: when it comes back, nobody else has it.
    server = await start('examples/13-live-dashboard.ts', { PORT: String(await freePort()) });
    browser = await chromium.launch({ executablePath: HEADLESS, args: FLAGS });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await cleanUp();
  });

  const card = (page: Page, label: string) =>
    page.locator('section', { has: page.getByRole('heading', { name: label }) });
  /** Whether each of four charts has a line: enough points in its colour. A text, as specs know no browser's types. */
  const LINES = `(() => {
    const points = [...document.querySelectorAll('canvas')].map((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let i = 0; i < data.length; i += 4) {
        if (data[i + 3] > 200 && data[i + 2] - data[i + 1] > 80) count++;
      }
      return count;
    });
    return points.length === 4 && Math.min(...points) > 20;
  })()`;

  it('draws what the server measures, on desktops and phones, in the light and in the dark', async () => {
    const problems: string[] = [];
    const page = await browser.newPage();
    page.setDefaultTimeout(10_000);
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await page.goto(`http://127.0.0.1:${server.port}/`);

    await page.locator('#state[data-state=open]').waitFor();
    await card(page, 'Memory')
      .getByText(/^\d+ MiB$/)
      .waitFor();
    await card(page, 'Viewers').getByText(/^1$/).waitFor();
    for (const { what, width, colorScheme } of SCREENS) {
      await page.setViewportSize({ width, height: 844 });
      await page.emulateMedia({ colorScheme });
      await page.waitForFunction(LINES);
      expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false);
      await page.screenshot({ path: `${SHOTS}/dashboard ${what}.png`, fullPage: true });
    }
    expect(problems).toEqual([]);
    await page.close();
  }, 60_000);

  // Last, as it ends the server.
  it('says so when the server goes, and draws on when it is back', async () => {
    const page = await browser.newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(`http://127.0.0.1:${server.port}/`);
    await page.locator('#state[data-state=open]').waitFor();
    server.child.kill('SIGTERM');
    await page.locator('#state[data-state=waiting]').waitFor();
    await card(page, 'CPU').getByText('–').waitFor();
    expect(await within(server.exited, 'the exit', 10_000)).toEqual({ code: 0, signal: null });

    server = await start('examples/13-live-dashboard.ts', { PORT: String(server.port) });

    await page.locator('#state[data-state=open]').waitFor();
    await card(page, 'CPU')
      .getByText(/^\d+\.\d %$/)
      .waitFor();
  }, 60_000);
});
