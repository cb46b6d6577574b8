// `npm run pictures`: makes docs/pictures anew, the README's first marble test and a screenshot of the start
// page. The latter needs Chromium and pngquant: `apt-get install chromium pngquant`.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { drawMarbles, readRows } from './drawMarbles.js';

const FOLDER = 'docs/pictures';

/** A page of the start server, at which somebody sits. */
async function visit(browser: Browser, url: string, user: string): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1180, height: 724 },
    deviceScaleFactor: 1.25,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(url);
  await page.getByLabel('Your name').fill(user);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await page.locator('#chat-state[data-state=open]').waitFor();
  return page;
}

/** Plays a short chat, with a crash in it, and takes the picture of one of the two pages. */
async function shootChat(browser: Browser, url: string): Promise<Buffer> {
  const ada = await visit(browser, url, 'ada');
  const bob = await visit(browser, url, 'bob');
  const say = async (page: Page, text: string): Promise<void> => {
    await page.getByLabel('Message', { exact: true }).fill(text);
    await page.keyboard.press('Enter');
    for (const each of [ada, bob]) await each.getByRole('log').getByText(text).waitFor();
  };
  const joins = (page: Page) => page.getByRole('log').getByText('joined');
  const crashed = (page: Page) => page.getByRole('log').getByText('has crashed');

  await joins(ada).nth(1).waitFor();
  await say(ada, 'Every room here is a process.');
  await say(bob, 'And if it crashes?');
  await say(ada, 'Try it.');
  await bob.getByRole('button', { name: 'Crash this room' }).click();
  for (const each of [ada, bob]) await crashed(each).waitFor();
  await say(bob, 'Still here.');
  await bob.getByLabel('Message', { exact: true }).pressSequentially('And you?');
  await ada.getByText('bob is typing…').waitFor();
  await ada.locator('.process').getByText('bob').waitFor();
  return ada.screenshot();
}

mkdirSync(FOLDER, { recursive: true });
const save = (name: string, content: string | Buffer): void => {
  writeFileSync(`${FOLDER}/${name}`, content);
  console.log(`${FOLDER}/${name}: ${content.length} bytes`);
};

const { rows, letters } = readRows(readFileSync('README.md', 'utf8'));
save('marbles.svg', drawMarbles(rows, letters));

const server = spawn(process.execPath, ['--import', 'tsx', 'examples/start/server.ts'], {
  env: { ...process.env, PORT: '0' },
  stdio: ['ignore', 'pipe', 'ignore'],
});
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  const [line] = await once(server.stdout, 'data');
  const shot = await shootChat(browser, String(line).trim().replace('listening on ', ''));
  save('chat.png', execFileSync('pngquant', ['--strip', '--nofs', '128', '-'], { input: shot }));
} finally {
  await browser.close();
  server.kill();
}
