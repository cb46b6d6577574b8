import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { NEEDS_CHROMIUM } from '../interop/chromium.js';
import { describeWith } from '../interop/need.js';
import { pidOf } from './support/madeUp.js';
import { type MockServer, mockServer } from './support/mockServer.js';
import {
  DESKTOP,
  findings,
  firstFlash,
  isTooWide,
  PHONE,
  type Visit,
  visit,
} from './support/visit.js';

// One page for all: to open one takes longer than to use it.
describeWith(NEEDS_CHROMIUM)('the page of the devtools', () => {
  let server: MockServer;
  let visited: Visit;
  let page: Page;

  beforeAll(async () => {
    server = await mockServer();
    visited = await visit(server.url);
    page = visited.page;
  }, 60_000);
  afterAll(async () => {
    await visited?.browser.close();
    server?.close();
  });

  /** By way of another place, so that nothing is left of what was done there. */
  const goTo = (place: string): Promise<void> =>
    page.evaluate<void>(`(async () => {
      const changed = new Promise((resolve) => addEventListener('hashchange', resolve, { once: true }));
      location.hash = '#/overview?' + performance.now();
      await changed;
      location.hash = '#/${place}';
    })()`);
  const row = (text: string) => page.getByRole('row').filter({ hasText: text });
  const process = (i: number): string => `process/${encodeURIComponent(pidOf(i))}`;
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const active = (): Promise<string> =>
    page.evaluate<string>('document.activeElement.textContent || document.activeElement.tagName');

  it('lists 100,000 processes of which it asks for those in sight: to the end, sorted and filtered (DV6, DV14)', async () => {
    await goTo('processes');
    await row(pidOf(0)).waitFor();
    expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('100001');
    expect(await page.getByRole('row').count()).toBeLessThan(80);

    await row(pidOf(0)).press('End');
    await row(pidOf(99_999)).waitFor();
    expect(await page.getByRole('row').count()).toBeLessThan(80);

    await page.getByRole('button', { name: 'Waiting' }).click();
    await page
      .locator('[role=columnheader][aria-sort=descending]', { hasText: 'Waiting' })
      .waitFor();
    await page.locator('[aria-rowindex="2"]', { hasText: /39/ }).waitFor();

    await page.getByLabel('Filter processes').fill('room:9999');
    await page.getByText('2 of 100,000').waitFor();
    await row('room:99991').waitFor();
    expect(page.url()).toContain('sort=depth&down=&filter=room%3A9999');
  }, 30_000);

  it('has a crash flash in the tree within 500 ms, and tells it (DV15)', async () => {
    await goTo('tree');
    const place = page.getByRole('treeitem').filter({ hasText: 'room:3' });
    await place.waitFor();

    const flashed = await firstFlash(page);
    const began = Date.now();
    server.crash('room:3');
    await place.locator('.is-flashing').waitFor();
    expect((await flashed()) - began).toBeLessThan(500);
    await page.getByRole('status').getByText('room:3 was restarted, 1×').waitFor();

    await page.getByRole('treeitem').filter({ hasText: 'rooms' }).press('ArrowLeft');
    await place.waitFor({ state: 'detached' });
    server.crash('room:4');
    await page.getByRole('treeitem').filter({ hasText: 'rooms' }).locator('.is-flashing').waitFor();
  }, 30_000);

  it('draws the life of a process from the left, pauses, zooms, and shows what is in a marble (DV16)', async () => {
    const said = (n: number): string => `{"user":"ada","text":"hello ${n}"}`;
    await goTo(process(4));
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

    const slider = page.getByRole('slider');
    await slider.fill('0');
    await marbles.first().hover();
    await page.locator('.tip').getByText(said(0)).waitFor();

    // So far that less is in sight than there is, and nothing comes in any more.
    for (let i = 0; i < 4; i++) await page.getByRole('button', { name: 'Zoom in' }).click();
    await slider.fill('0');
    await page.getByText('As text').click();
    const items = page.getByRole('listitem');
    await items.getByText(said(0)).waitFor();
    const [count, until] = [await items.count(), Number(await slider.getAttribute('max'))];
    await page.evaluate<void>(`new Promise((resolve) => {
      const look = () =>
        document.querySelector('[type=range]').max > ${until + 500} ? resolve() : requestAnimationFrame(look);
      look();
    })`);
    expect(await items.count()).toBe(count);
    await page.getByRole('button', { name: 'Resume' }).click();
    await items.getByText(said(9)).waitFor();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
  }, 30_000);

  it('follows a cause into the process that it led to (DV12)', async () => {
    await goTo(process(4));
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

  it('copies a life as a spec, or says why not and records the next one (DV11)', async () => {
    await goTo(process(4));
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
    await press('Escape');
    expect(await active()).toContain('Copy as spec');
  }, 30_000);

  const TABS = ['overview', 'processes', 'tree', 'connections', 'channels', 'events'];
  const PLACES = [
    ...TABS,
    process(4),
    `connections/${encodeURIComponent(pidOf(5))}`,
    'channels/news',
  ];

  it('has no fault that axe finds, in the light and in the dark, and fits a phone, wherever one is (DV18)', async () => {
    const faults: string[] = [];
    await page.emulateMedia({ reducedMotion: 'reduce' });
    for (const place of PLACES) {
      await goTo(place);
      await page
        .locator(READY[place.split('/')[0] as string] as string)
        .first()
        .waitFor();
      await page.setViewportSize(PHONE);
      if (await isTooWide(page)) faults.push(`${place} is too wide`);
      await page.setViewportSize(DESKTOP);
      faults.push(...(await findings(page)).map((each) => `${place}: ${each}`));
      // The colours are all that differs in the dark.
      await page.emulateMedia({ colorScheme: 'dark' });
      const dark = await findings(page, 'color-contrast');
      faults.push(...dark.map((each) => `${place}, in the dark: ${each}`));
      await page.emulateMedia({ colorScheme: 'light' });
    }
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    expect(faults).toEqual([]);
  }, 60_000);

  it('is used by the keyboard alone: tabs, table, tree, marbles and a dialogue (DV18)', async () => {
    await goTo('overview');
    await page.reload();
    await page.getByRole('link', { name: 'Overview' }).waitFor();
    await press('Tab');
    expect(await active()).toBe('Skip to the content');
    await press('Tab', 'Tab', 'Enter');
    await row(pidOf(0)).waitFor();

    await page.getByLabel('Filter processes').focus();
    // Past the buttons that sort.
    await press(...Array.from({ length: 8 }, () => 'Tab'), 'ArrowDown', 'ArrowDown', 'ArrowUp');
    expect(await active()).toContain(pidOf(1));
    await press('Enter');

    await page.locator('.marble[data-row=commands]').nth(2).waitFor();
    await page.locator('.marble[tabindex="0"]').focus();
    await press('ArrowLeft', 'ArrowUp', 'Enter');
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    await page.getByRole('region', { name: 'Cause and effect' }).waitFor();

    await page.getByRole('button', { name: 'Terminate…' }).focus();
    await press('Enter');
    await page.getByRole('dialog').getByText('what waits in its mailbox is lost').waitFor();
    await press('Tab', 'Enter');
    await page.getByText('room:1 was terminated.').waitFor();
    expect(server.acts).toEqual([{ act: 'terminate', pid: pidOf(1) }]);
    expect(await active()).toBe('Terminate…');

    await page.getByRole('link', { name: 'Supervision' }).focus();
    await press('Enter');
    await page.getByRole('treeitem').first().waitFor();
    await press(...Array.from({ length: 4 }, () => 'Tab'), 'ArrowDown', 'ArrowDown', 'ArrowRight');
    expect(await active()).toContain('room:0');
    await press('ArrowLeft');
    expect(await active()).toContain('rooms');
  }, 30_000);

  it('tails events with filters and a pause, and shows the payload of a dead letter on demand (DV10)', async () => {
    await goTo('events');
    const tell = (n: number, type: string, text: string, payload?: string): void =>
      server.tell({ events: [{ n, at: n, type, text, ...(payload && { payload }) }] });
    await page.getByText('Nothing has happened').waitFor();
    // Which the page draws before it asks for any.
    await server.watched('events');
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
  }, 30_000);

  it('says that it is disconnected, comes back by itself, and stops what nobody looks at (DV14, DV17)', async () => {
    await goTo('connections');
    await page.getByText('connection lost').waitFor();
    const disconnected = page.getByRole('status').getByText('Disconnected');
    server.disconnect();
    // It dials again in no time, so that nobody would see it if it were let in.
    await disconnected.waitFor();
    server.reconnect();
    await disconnected.waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Channels' }).click();
    // Rows of the connections name it, too, until the page has changed.
    const channels = page.getByRole('grid', { name: 'Channels' });
    await channels.getByRole('row').filter({ hasText: 'news' }).click();
    await page
      .getByRole('region', { name: 'news' })
      .getByText('user-2@example.com')
      .first()
      .waitFor();
    expect([...server.watches.values()].sort()).toEqual(['channel', 'channels', 'overview']);
    await goTo('events');
    await page.close();
    await server.idle();
  }, 30_000);

  it('has asked no other host for anything, and its policy has nothing refused (DV1)', () => {
    const { host } = new URL(server.url);
    const paths = ['/', '/devtools.css', '/devtools.js', '/live'];

    expect(new Set(visited.requests.map((url) => new URL(url).host))).toEqual(new Set([host]));
    expect([...new Set(visited.requests.map((url) => new URL(url).pathname))].sort()).toEqual(
      paths,
    );
    expect(visited.problems.filter((each) => !each.includes('WebSocket connection'))).toEqual([]);
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
