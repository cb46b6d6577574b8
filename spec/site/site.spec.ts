import { readdirSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { menu } from '../../site/pages.js';
import { hashOf } from '../../site/try/hash.js';
import { FLAGS, HEADLESS, NEEDS_CHROMIUM } from '../interop/chromium.js';
import { describeWith } from '../interop/need.js';
import { built, FOLDER, IS_WHOLE } from './built.js';
import { deadLinks } from './deadLinks.js';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const PAGES = [
  '/',
  '/docs/testing.html',
  '/try.html',
  ...(IS_WHOLE ? ['/api/', '/docs/rules.html'] : []),
];
/** What the menu of `Try it` has. */
const EXAMPLES: { name: string; code: string }[] = IS_WHOLE
  ? JSON.parse(readFileSync('site/generated/examples.json', 'utf8'))
  : [];

describe('the API', () => {
  it('is of all doors of the package', () => {
    const { entryPoints } = JSON.parse(readFileSync('site/typedoc.json', 'utf8'));
    const doors = Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).exports);
    const names = doors.map((door) => door.slice(2)).filter((name) => /^\w+$/.test(name));

    expect(entryPoints[1]).toBe(`../lib/{${names.sort()}}/index.ts`);
  });
});

describe('menu', () => {
  it('has every page of docs/', () => {
    const links = menu('.').flatMap(({ items }) => items.map(({ link }) => link));
    const pages = readdirSync('docs').filter((name) => name.endsWith('.md'));

    expect(links).toEqual(
      expect.arrayContaining(pages.map((name) => `/docs/${name.replace('.md', '')}`)),
    );
  });
});

describeWith(NEEDS_CHROMIUM)('the site', () => {
  let browser: Browser;
  let server: Server;
  let url: string;
  /** What pages have asked other hosts for. */
  const foreign: string[] = [];

  const visit = async (path: string): Promise<Page> => {
    const page = await browser.newPage({ colorScheme: 'light', reducedMotion: 'reduce' });
    page.setDefaultTimeout(20_000);
    page.on('request', (request) => {
      if (/^https?:/.test(request.url()) && !request.url().startsWith(url))
        foreign.push(request.url());
    });
    await page.goto(`${url}${path}`);
    return page;
  };
  const ended = (page: Page, how: string) => page.getByRole('status').getByText(how).waitFor();
  /** Runs a code that comes with a link. */
  const attempt = async (code: string): Promise<Page> => {
    const page = await visit(`/try.html${await hashOf(code)}`);
    await ended(page, 'came with the link');
    await page.getByRole('button', { name: 'Run' }).click();
    return page;
  };

  beforeAll(async () => {
    ({ server, url } = await built());
    browser = await chromium.launch({ executablePath: HEADLESS, args: FLAGS });
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  it('finds a word by its search', async () => {
    const page = await visit('/');

    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('searchbox').fill('halfOpen');

    await page.getByRole('option').filter({ hasText: 'Bad clients' }).first().click();
    await page.waitForURL(/docs\/testing\.html#bad-clients/);
    await page.close();
  }, 60_000);

  it('leads from an example of the guide to its run', async () => {
    const page = await visit('/docs/testing.html');

    await page.getByRole('link', { name: 'Try it: probe.spec.ts' }).click();

    await ended(page, 'Done.');
    expect(await page.getByLabel('Tests').textContent()).toBe('✓ passes: answers whoever asks');
    await page.close();
  }, 60_000);

  it('draws what a behaviour does, beside its code', async () => {
    const page = await visit('/try.html');

    await ended(page, 'Done.');

    const figure = page.getByRole('figure').first();
    expect(await figure.locator('circle').count()).toBe(6);
    expect(await figure.locator('pre').textContent()).toMatch(
      /^inbox {5}-d-y-d-n-d-?\noutput {4}-----r-*\n\nd {2}\{ topic: 'moved'/,
    );
    await page.close();
  }, 60_000);

  it('runs what was edited, says why a test fails, and gives a link to it', async () => {
    const page = await visit('/try.html');
    const code = page.getByRole('textbox', { name: 'Code' });
    await ended(page, 'Done.');

    await code.fill(
      "import { expect, it } from 'vitest';\nit('adds', () => {\n  expect(1 + 1).toBe(3);\n});\n",
    );
    await page.keyboard.press('Control+Enter');
    await ended(page, '1 failed');
    await page.getByRole('button', { name: 'Copy link' }).click();
    await ended(page, 'link');
    const again = await visit(page.url().replace(url, ''));
    await ended(again, 'came with the link');
    await again.getByRole('button', { name: 'Run' }).click();
    await ended(again, '1 failed');

    expect(await again.getByLabel('Tests').textContent()).toMatch(
      /fails: adds.*\(main\.ts:3\): expected 2 to be 3/s,
    );
    await page.close();
    await again.close();
  }, 60_000);

  it('shows what a program prints and why it ends, with the line', async () => {
    const page = await attempt(
      "console.log({ a: [1] }, 'b');\nconst none = undefined as any;\nnone.x;\n",
    );

    await ended(page, '1 failed');

    expect(await page.locator('#printed').textContent()).toMatch(
      /^\{ a: \[ 1 \] \} b\nTypeError \(main\.ts:3\): .*undefined.*\n$/,
    );
    await page.close();
  }, 60_000);

  it('stops an endless loop, and runs what comes after it', async () => {
    const page = await attempt('for (;;);');

    await page.getByRole('button', { name: 'Stop' }).click();
    await ended(page, 'Stopped.');
    await page.getByLabel('Example').selectOption('processes/alarm.spec.ts');

    await ended(page, 'Done.');
    await page.close();
  }, 60_000);

  it.each(PAGES)(
    'has nothing at %s that axe finds, light or dark',
    async (path) => {
      const page = await visit(path);
      if (path === '/try.html') await ended(page, 'Done.');
      await page.addScriptTag({ path: AXE });
      const findings = (rules: string): Promise<string[]> =>
        page.evaluate(
          `axe.run(${rules}).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))`,
        );

      expect(await findings('')).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.locator('html.dark').waitFor({ state: 'attached' });
      // What else there is does not depend on colours.
      expect(await findings("{ runOnly: ['color-contrast'] }")).toEqual([]);
      await page.close();
    },
    120_000,
  );

  it('asks no other host for anything', () => {
    expect(foreign).toEqual([]);
  });

  if (IS_WHOLE) {
    it('has a page for each of docs/', () => {
      const pages = readdirSync('docs').filter((name) => name.endsWith('.md'));

      expect(readdirSync(`${FOLDER}/docs`)).toEqual(
        expect.arrayContaining(pages.map((name) => name.replace('.md', '.html'))),
      );
    });

    it('has no dead link', () => {
      expect(deadLinks(FOLDER)).toEqual([]);
    });

    it.each(EXAMPLES)(
      'runs $name',
      async ({ code }) => {
        const page = await visit(`/try.html${await hashOf(code)}`);

        await ended(page, 'Done.');

        expect(await page.getByRole('status').textContent()).toMatch(
          /^Done\.( Processes still wait\.)?$/,
        );
        expect(await page.getByRole('figure').count()).toBeGreaterThan(0);
        await page.close();
      },
      60_000,
    );
  }
});
