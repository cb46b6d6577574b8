import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';
import { filter, firstValueFrom, ReplaySubject } from 'rxjs';
import { within } from '../../express/support.js';
import { FLAGS, HEADLESS } from '../../interop/chromium.js';

/** Opens a page in a browser of its own; it may read the clipboard. What goes wrong in it is noted. */
export async function visit(url: string): Promise<Visit> {
  const browser = await chromium.launch({ executablePath: HEADLESS, args: FLAGS });
  const permissions = ['clipboard-read', 'clipboard-write'];
  const page = await browser.newPage({ viewport: DESKTOP, permissions });
  const [problems, requests]: [string[], string[]] = [[], []];
  page.setDefaultTimeout(10_000);
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('request', (request) => requests.push(request.url()));
  const sent$ = new ReplaySubject<string>();
  page.on('websocket', (socket) => {
    requests.push(socket.url());
    socket.on('framesent', ({ payload }) => sent$.next(String(payload)));
  });
  const asked = (what: string): Promise<string> => {
    const ask$ = sent$.pipe(filter((frame) => frame.includes(what)));
    return within(firstValueFrom(ask$), `an ask with ${what}`, 10_000);
  };
  await page.goto(url);
  return { browser, page, problems, requests, asked };
}

export const DESKTOP = { width: 1_280, height: 800 };
export const PHONE = { width: 390, height: 844 };

/** What axe finds wrong in a page, as `rule: element`; by these rules alone, or by all of them. */
export async function findings(
  page: Page,
  ...rules: readonly string[]
): Promise<readonly string[]> {
  // Put in by the debugger, to which the page's policy does not apply.
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(AXE);
  const options = { resultTypes: ['violations'], ...(rules.length > 0 && { runOnly: rules }) };
  return page.evaluate<string[]>(
    `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 200))))`,
  );
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Whether a page, or what it shows in itself, is wider than its window. */
export const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>(`[document.documentElement, document.querySelector('main')]
    .some(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)`);

/** When something flashes from now on, by the page's own word: who looks at the page from here is late where much runs. */
export async function firstFlash(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(`void (window.flashed = new Promise((seen) => {
    const look = () => document.querySelector('.is-flashing') && seen(Date.now());
    new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
  }))`);
  return () => page.evaluate<number>('window.flashed');
}

/** A page, and what was seen of it. */
export interface Visit {
  readonly browser: Browser;
  readonly page: Page;
  /** Errors, and what its policy has refused. */
  readonly problems: readonly string[];
  /** Every address that it has asked for. */
  readonly requests: readonly string[];
  /** Waits until it has sent a frame with this text. */
  readonly asked: (what: string) => Promise<string>;
}
