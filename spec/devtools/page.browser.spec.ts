import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { NEEDS_CHROMIUM } from '../interop/chromium.js';
import { describeWith } from '../interop/need.js';
import { pidOf } from './support/madeUp.js';
import { type MockServer, mockServer } from './support/mockServer.js';
import { findings, isTooWide, PHONE, Visits } from './support/visits.js';

describeWith(NEEDS_CHROMIUM)('the page of the devtools', () => {
  let server: MockServer;
  let visits: Visits;

  beforeAll(async () => {
    [server, visits] = await Promise.all([mockServer(), Visits.begin()]);
  }, 60_000);
  afterEach(() => visits.leave());
  afterAll(async () => {
    await visits?.end();
    server?.close();
  });

  const visit = (hash: string, options = {}): Promise<Page> =>
    visits.visit(`${server.url}#/${hash}`, options);
  const row = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text });
  const process = (i: number): string => `process/${encodeURIComponent(pidOf(i))}`;
  const press = async (page: Page, ...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const active = (page: Page): Promise<string> =>
    page.evaluate<string>('document.activeElement.textContent || document.activeElement.tagName');

  it('lists 100,000 processes of which it asks for those in sight: to the end, sorted and filtered', async () => {
    const page = await visit('processes');
    await row(page, pidOf(0)).waitFor();
    expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('100001');
    expect(await page.getByRole('row').count()).toBeLessThan(80);

    await row(page, pidOf(0)).press('End');
    await row(page, pidOf(99_999)).waitFor();
    expect(await page.getByRole('row').count()).toBeLessThan(80);

    await page.getByRole('button', { name: 'Waiting' }).click();
    await page
      .locator('[role=columnheader][aria-sort=descending]', { hasText: 'Waiting' })
      .waitFor();
    await page.locator('[aria-rowindex="2"]', { hasText: /39/ }).waitFor();

    await page.getByLabel('Filter processes').fill('room:9999');
    await page.getByText('2 of 100,000').waitFor();
    await row(page, 'room:99991').waitFor();
    expect(page.url()).toContain('sort=depth&down=&filter=room%3A9999');
  }, 30_000);

  it('has a crash flash in the tree within 500 ms, and tells it', async () => {
    const page = await visit('tree');
    const place = page.getByRole('treeitem').filter({ hasText: 'room:3' });
    await place.waitFor();

    const began = performance.now();
    server.crash('room:3');
    await place.locator('.is-flashing').waitFor();
    expect(performance.now() - began).toBeLessThan(500);
    await page.getByRole('status').getByText('room:3 was restarted, 1×').waitFor();

    await page.getByRole('treeitem').filter({ hasText: 'rooms' }).press('ArrowLeft');
    await place.waitFor({ state: 'detached' });
    server.crash('room:4');
    await page.getByRole('treeitem').filter({ hasText: 'rooms' }).locator('.is-flashing').waitFor();
    expect(visits.problems).toEqual([]);
  }, 30_000);

  it('draws the life of a process from the left, pauses, zooms, and shows what is in a marble', async () => {
    const page = await visit(process(4));
    const marbles = page.locator('.marble[data-row=inbox]');
    await marbles.nth(1).waitFor();
    const x = (i: number): Promise<number> =>
      marbles.nth(i).evaluate((each) => each.getBoundingClientRect().x);
    expect(await x(0)).toBeLessThan(150);

    await page.getByRole('button', { name: 'Pause' }).click();
    const [width, before] = [page.locator('.scale'), await x(1)];
    expect(await width.innerText()).toMatch(/s wide$/);
    const wide = await width.innerText();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    expect(await width.innerText()).not.toBe(wide);
    expect(await x(1)).not.toBe(before);

    await page.getByRole('slider').fill('0');
    await marbles.first().hover();
    await page.locator('.tip').getByText('{"user":"ada","text":"hello 0"}').waitFor();
    await page.getByText('As text').click();
    await page.getByRole('listitem').getByText('{"user":"ada","text":"hello 0"}').waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    expect(visits.problems).toEqual([]);
  }, 30_000);

  it('follows a cause into the process that it led to', async () => {
    const page = await visit(process(4));
    await page.getByLabel('Follow cause').check();
    await page.getByRole('link', { name: 'user-1@example.com' }).first().waitFor();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.getByRole('button', { name: 'Pause' }).click();

    await page.locator('.marble[data-row=inbox]').first().click();

    const chain = page.getByRole('region', { name: 'Cause and effect' });
    await chain.getByText('chat.say').first().waitFor();
    await chain.getByText('ws.send').first().waitFor();
    expect(await page.locator('.cause').count()).toBeGreaterThan(2);
    expect(await page.locator('.marble.is-out').count()).toBeGreaterThan(0);
  }, 30_000);

  it('copies a life as a spec, or says why not and records the next one', async () => {
    const page = await visit(process(4), { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.getByRole('button', { name: 'Copy as spec' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('It was running before you looked').waitFor();
    await dialog.getByRole('link', { name: 'Record the next one' }).click();

    await page.getByRole('button', { name: 'Copy as spec' }).click();
    await dialog.getByLabel('The spec').waitFor();
    await page.getByText('The spec is in the clipboard.').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toContain(
      "it('does what was recorded'",
    );
    await press(page, 'Escape');
    expect(await active(page)).toContain('Copy as spec');
  }, 30_000);

  const TABS = ['overview', 'processes', 'tree', 'connections', 'channels', 'events'];
  const PLACES = [
    ...TABS,
    process(4),
    `connections/${encodeURIComponent(pidOf(5))}`,
    'channels/news',
  ];

  it('has no fault that axe finds, in the light and in the dark, and fits a phone, wherever one is', async () => {
    const faults: string[] = [];
    const goTo = async (page: Page, place: string): Promise<void> => {
      await page.evaluate(`location.hash = '#/${place}'`);
      const [tab = ''] = place.split('/');
      await page
        .locator(READY[tab] as string)
        .first()
        .waitFor();
    };
    const phone = await visit('overview', { viewport: PHONE, isMobile: true, hasTouch: true });
    for (const place of PLACES) {
      await goTo(phone, place);
      if (await isTooWide(phone)) faults.push(`${place} is too wide`);
    }
    await phone.close();
    const desktop = await visit('overview', { reducedMotion: 'reduce' });
    for (const place of PLACES) {
      await goTo(desktop, place);
      faults.push(...(await findings(desktop)).map((each) => `${place}: ${each}`));
      // The colours are all that differs in the dark.
      await desktop.emulateMedia({ colorScheme: 'dark' });
      const dark = await findings(desktop, 'color-contrast');
      faults.push(...dark.map((each) => `${place}, in the dark: ${each}`));
      await desktop.emulateMedia({ colorScheme: 'light' });
    }
    expect(faults).toEqual([]);
  }, 60_000);

  it('is used by the keyboard alone: tabs, table, tree, marbles and a dialogue', async () => {
    const page = await visit('overview');
    await page.getByRole('link', { name: 'Overview' }).waitFor();
    await press(page, 'Tab');
    expect(await active(page)).toBe('Skip to the content');
    await press(page, 'Tab', 'Tab', 'Enter');
    await row(page, pidOf(0)).waitFor();

    await page.getByLabel('Filter processes').focus();
    // Past the buttons that sort.
    await press(
      page,
      ...Array.from({ length: 8 }, () => 'Tab'),
      'ArrowDown',
      'ArrowDown',
      'ArrowUp',
    );
    expect(await active(page)).toContain(pidOf(1));
    await press(page, 'Enter');

    await page.locator('.marble[data-row=commands]').nth(2).waitFor();
    await page.locator('.marble[tabindex="0"]').focus();
    await press(page, 'ArrowLeft', 'ArrowUp', 'Enter');
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    await page.getByRole('region', { name: 'Cause and effect' }).waitFor();

    await page.getByRole('button', { name: 'Terminate…' }).focus();
    await press(page, 'Enter');
    await page.getByRole('dialog').getByText('what waits in its mailbox is lost').waitFor();
    await press(page, 'Tab', 'Enter');
    await page.getByText('room:1 was terminated.').waitFor();
    expect(server.acts).toEqual([{ act: 'terminate', pid: pidOf(1) }]);
    expect(await active(page)).toBe('Terminate…');

    await page.getByRole('link', { name: 'Supervision' }).focus();
    await press(page, 'Enter');
    await page.getByRole('treeitem').first().waitFor();
    await press(
      page,
      ...Array.from({ length: 4 }, () => 'Tab'),
      'ArrowDown',
      'ArrowDown',
      'ArrowRight',
    );
    expect(await active(page)).toContain('room:0');
    await press(page, 'ArrowLeft');
    expect(await active(page)).toContain('rooms');
  }, 30_000);

  it('tails events with filters and a pause, and shows the payload of a dead letter on demand', async () => {
    const page = await visit('events');
    const tell = (n: number, type: string, text: string, payload?: string): void =>
      server.tell({ events: [{ n, at: n, type, text, ...(payload && { payload }) }] });
    await page.getByText('Nothing has happened').waitFor();
    tell(1, 'deadLetter', 'topic x for nobody', '{"secret":1}');
    tell(2, 'exited', 'room:1 has ended');
    await page.getByText('room:1 has ended').waitFor();
    expect(await page.getByText('{"secret":1}').count()).toBe(0);
    await page.getByRole('button', { name: 'Payload' }).click();
    await page.getByText('{"secret":1}').waitFor();

    await page.getByRole('button', { name: 'Pause' }).click();
    tell(3, 'exited', 'room:2 has ended');
    await page.getByText('1 new while paused').waitFor();
    expect(await page.getByText('room:2 has ended').count()).toBe(0);
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('room:2 has ended').waitFor();
    expect(visits.problems).toEqual([]);
  }, 30_000);

  it('says that it is disconnected, comes back by itself, and stops what nobody looks at', async () => {
    const page = await visit('connections');
    await page.getByText('connection lost').waitFor();
    server.disconnect();
    await page.getByRole('status').getByText('Disconnected').waitFor();
    await page.getByRole('status').getByText('Disconnected').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Channels' }).click();
    await row(page, 'news').click();
    await page
      .getByRole('region', { name: 'news' })
      .getByText('user-2@example.com')
      .first()
      .waitFor();
    expect([...server.watches.values()].sort()).toEqual(['channel', 'channels', 'overview']);
    await visits.leave();
    await server.idle();
  }, 30_000);

  it('has asked no other host for anything, and its policy has nothing refused', () => {
    const others = visits.requests.filter((url) => new URL(url).host !== new URL(server.url).host);

    expect(others).toEqual([]);
    expect(visits.requests.length).toBeGreaterThan(20);
    expect(visits.problems.filter((each) => !each.includes('WebSocket connection'))).toEqual([]);
  });
});

/** What is there when a tab has something to show. */
const READY: Readonly<Record<string, string>> = {
  overview: 'canvas',
  processes: '.rows .row code',
  tree: '.tree-row',
  connections: '.rows .row code',
  channels: '.rows .row:has-text("news")',
  events: '.chip',
  process: '.marble',
};
