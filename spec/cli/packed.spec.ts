import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { chromium } from 'playwright-core';
import { cleanUp, onCleanup, open } from '../express/support.js';
import { FLAGS, HEADLESS, NEEDS_CHROMIUM } from '../interop/chromium.js';
import { describeWith } from '../interop/need.js';
import { install } from '../support/install.js';
import { REGISTRY, run } from '../support/npm.js';
import { pack } from '../support/pack.js';
import { served } from '../support/served.js';

let folder: string;
/** What `serve` has said where there is no Express. */
let said: string;
/** What `new` has written. */
let chat: string;

describeWith(REGISTRY)('rx-process, as packed', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rx-process-packed-'));
    const tarball = await pack(folder);
    chat = join(folder, 'chat');
    // Where it is not installed; at once, as npx would install it each time.
    const both = 'rx-process new chat && if rx-process serve; then exit 1; fi';
    said = await run(`npx --yes --package ${tarball} -c '${both}'`, folder);
    // As npm install is, but for the release that is not published yet.
    await install(tarball, chat);
  }, 240_000);
  afterEach(cleanUp);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('says that serve needs Express, where there is none (CL6)', () => {
    const line = 'serve needs Express: npm install rx-process rxjs express';

    expect(said).toMatch(`\n${line}\n`);
  });

  it('serves, and drains at Ctrl-C, which npx hears as well (CL6)', async () => {
    const { url, stop } = await served('npx rx-process serve', chat);
    const client = await open(Number(new URL(url).port), '/ws');

    await stop('SIGINT');

    expect(await client.closed).toMatchObject({ code: 1012 });
  }, 60_000);

  it('has written a package whose test passes (CL6)', async () => {
    expect(await run('npm test', chat)).toMatch(/pass \d+\n.* fail 0\n/);
  }, 60_000);

  describeWith(NEEDS_CHROMIUM)('the page of that', () => {
    it('has two chat (CL6)', async () => {
      const { url } = await served('npm start', chat);
      const browser = await chromium.launch({ executablePath: HEADLESS, args: FLAGS });
      onCleanup(() => browser.close());
      const problems: string[] = [];
      const enter = async (user: string) => {
        const page = await (await browser.newContext()).newPage();
        page.on('pageerror', (error) => problems.push(String(error)));
        page.on('console', (message) => problems.push(message.text()));
        await page.goto(url);
        await page.getByLabel('Your name').fill(user);
        await page.keyboard.press('Enter');
        await page.getByText('connected', { exact: true }).waitFor();
        return page;
      };
      const [ann, bob] = [await enter('ann'), await enter('bob')];

      await ann.getByLabel('Message').fill('<b>hello</b>');
      await ann.keyboard.press('Enter');

      await bob.getByText('ann: <b>hello</b>', { exact: true }).waitFor();
      expect(await ann.getByLabel('Your name').isVisible()).toBe(false);
      expect(problems).toEqual([]);
    }, 60_000);
  });
});
