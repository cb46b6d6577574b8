import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { CHROMIUM, FLAGS } from '../../interop/chromium.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** One browser, and what went wrong in its pages. */
export class Visits {
  readonly problems: string[] = [];
  /** Every address that a page has asked for. */
  readonly requests: string[] = [];
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async begin(): Promise<Visits> {
    return new Visits(await chromium.launch({ executablePath: CHROMIUM, args: FLAGS }));
  }

  async visit(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({ viewport: DESKTOP, ...options });
    // The policy of the page holds for the page; what a spec puts in comes by the debugger.
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on('pageerror', (error) => this.problems.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(message.text());
    });
    page.on('request', (request) => this.requests.push(request.url()));
    page.on('websocket', (socket) => this.requests.push(socket.url()));
    await page.goto(url);
    return page;
  }

  /** Closes all pages. */
  async leave(): Promise<void> {
    await Promise.all(this.#browser.contexts().map((context) => context.close()));
  }

  end(): Promise<void> {
    return this.#browser.close();
  }
}

export const DESKTOP = { width: 1_280, height: 800 };
export const PHONE = { width: 390, height: 844 };

/** What axe finds wrong in a page, as `rule: element`; by these rules alone, or by all of them. */
export async function findings(
  page: Page,
  ...rules: readonly string[]
): Promise<readonly string[]> {
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(axe);
  const only = rules.length > 0 && { runOnly: rules };
  return page.evaluate<string[]>(
    `axe.run(document, ${JSON.stringify({ resultTypes: ['violations'], ...only })}).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 200))))`,
  );
}

/** Whether a page, or what it shows in itself, is wider than its window. */
export const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>(`[document.documentElement, document.querySelector('main')]
    .some(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)`);
