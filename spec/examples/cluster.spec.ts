import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { NEED as NEEDS_NATS } from '../cluster/support/natsServer.js';
import { cleanUp, within } from '../express/support.js';
import { FLAGS, HEADLESS, NEEDS_CHROMIUM } from '../interop/chromium.js';
import { describeWith } from '../interop/need.js';
import { NEED as NEEDS_NGINX } from '../interop/nginx.js';
import { freePort } from '../support/freePort.js';
import { run, type Started } from './start.js';

const PATIENCE = 20_000;

describeWith(
  NEEDS_NATS,
  NEEDS_NGINX,
  NEEDS_CHROMIUM,
)('examples/20-cluster', () => {
  let example: Started;
  let browser: Browser;
  const problems: string[] = [];

  beforeAll(async () => {
    const port = await freePort();
    example = { ...run('examples/20-cluster/start.ts', { PORT: String(port) }), port };
    browser = await chromium.launch({ executablePath: HEADLESS, args: FLAGS });
    await printed(/press a, b or c/);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await cleanUp();
  });

  /** Waits until the example says something, from a place in what it has said. */
  async function printed(what: RegExp, from = 0): Promise<void> {
    const { child, exited, complained } = example;
    const end = exited.then(() => Promise.reject(new Error(`it has ended: ${complained()}`)));
    while (!what.test(example.printed().slice(from))) {
      const more = once(child.stdout as NonNullable<typeof child.stdout>, 'data');
      await within(Promise.race([more, end]), String(what), PATIENCE);
    }
  }

  /** Presses the key of a node, and waits until that is done. */
  async function press(node: string, becomes: 'gone' | 'there'): Promise<void> {
    const from = example.printed().length;
    example.child.stdin?.write(`${node}\n`);
    await printed(RegExp(`^${node} is ${becomes}`, 'm'), from);
  }

  async function visit(user: string): Promise<Page> {
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE);
    page.on('pageerror', (error) => problems.push(String(error)));
    await page.goto(`http://127.0.0.1:${example.port}/?user=${user}`);
    await page.getByRole('status').getByText('open', { exact: true }).waitFor();
    return page;
  }

  const lines = (page: Page) => page.getByRole('log').getByRole('listitem');

  /** Has a page say something, waits until all read it, and gives the node where the room is. */
  async function say(page: Page, text: string, all: readonly Page[]): Promise<string> {
    await page.getByLabel('Message', { exact: true }).fill(text);
    await page.keyboard.press('Enter');
    for (const each of all) await lines(each).filter({ hasText: text }).waitFor();
    const line = await lines(page).filter({ hasText: text }).innerText();
    return /\(room on ([abc])\)/.exec(line)?.[1] ?? line;
  }

  /** Waits until all pages show each user at one node, and not at that which is gone; gives the node of the first one. */
  async function served(
    pages: readonly Page[],
    users: readonly string[],
    gone = '',
  ): Promise<string> {
    const nodes = [...'abc'].filter((node) => node !== gone).join('');
    const items = pages.map((page) =>
      users.map((user) =>
        page.getByRole('listitem').filter({ hasText: RegExp(`^${user} on [${nodes}]$`) }),
      ),
    );
    for (const item of items.flat()) await item.waitFor();
    return String(await items[0]?.[0]?.innerText()).slice(-1);
  }

  it('loses nobody and nothing of its history, whichever node is killed', async () => {
    const users = ['ann', 'bob'] as const;
    const pages = [await visit('ann'), await visit('bob')] as const;
    const [ann, bob] = pages;
    await served(pages, users);
    const first = await say(ann, 'one', pages);

    await press(first, 'gone');
    await served(pages, users, first);
    const second = await say(bob, 'two', pages);
    expect(second).not.toBe(first);
    await press(first, 'there');

    const lost = await served(pages, users);
    await press(lost, 'gone');
    await served(pages, users, lost);
    const third = await say(ann, 'three', pages);

    const late = await visit('cid');
    await lines(late).filter({ hasText: 'three' }).waitFor();
    for (const page of [...pages, late]) {
      expect(await lines(page).allInnerTexts()).toEqual([
        `ann (room on ${first}): one`,
        `bob (room on ${second}): two`,
        `ann (room on ${third}): three`,
      ]);
    }
    expect(problems).toEqual([]);
  }, 120_000);

  it('ends at q, and nothing of it is left', async () => {
    const socket = connect(example.port, '127.0.0.1');
    await once(socket, 'connect');
    const closed = new Promise((resolve) => {
      socket.on('close', resolve).on('error', () => {});
    });
    socket.resume();

    example.child.stdin?.write('q\n');

    expect(await within(example.exited, 'the exit', PATIENCE)).toEqual({ code: 0, signal: null });
    await within(closed, 'the end of nginx');
    await expect(fetch(`http://127.0.0.1:${example.port}`)).rejects.toThrow();
    expect(example.complained()).toBe('');
  }, 40_000);
});
