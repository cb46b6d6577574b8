import { afterAll, expect, it } from '@jest/globals';
import { map } from 'rxjs';
import { room } from '../../examples/02-chat.js';
import { devtools } from '../../lib/devtools/index.js';
import { setRelay } from '../../lib/express/index.js';
import { type Behavior, ofTopic, supervise } from '../../lib/index.js';
import { cleanUp, onCleanup, open, serve } from '../express/support.js';
import { NEEDS_CHROMIUM } from '../interop/chromium.js';
import { describeWith } from '../interop/need.js';
import { runSpec } from '../support/runSpec.js';
import { firstFlash, visit } from './support/visit.js';

const feed: Behavior = (inbox) =>
  inbox.pipe(
    ofTopic('garbage'),
    map(() => {
      throw new Error('the feed sends garbage');
    }),
  );

describeWith(NEEDS_CHROMIUM)('the page of a running system', () => {
  afterAll(cleanUp);

  it('has a crash seen within 500 ms, and a chat copied as a spec that passes (DV7, DV11)', async () => {
    const { port, system } = await serve({
      system: { logger: false },
      routes: (app, running) => {
        app.get('/ws', (_request, response) => void setRelay(response, { target: room }).end());
        app.use('/devtools', devtools(running.system, { payloads: true }));
      },
    });
    system.spawn(supervise({ children: [{ id: 'feed', behavior: feed, name: 'feed' }] }));
    const visited = await visit(`http://127.0.0.1:${port}/devtools#/tree`);
    const { browser, page, problems } = visited;
    onCleanup(() => browser.close());

    const place = page.getByRole('treeitem').filter({ hasText: 'feed' });
    await place.waitFor();
    const flashed = await firstFlash(page);
    const began = Date.now();
    system.send('feed', 'garbage');
    await place.locator('.is-flashing').waitFor();
    expect((await flashed()) - began).toBeLessThan(500);

    await page.evaluate("location.hash = '#/next/room'");
    await page.getByText('Waiting for it to begin').waitFor();
    // Which the page draws before it asks; and what it asks for behind that is answered when the server has heard it.
    await visited.asked('"next":true');
    await page.evaluate<unknown>("fetch('devtools.css').then((response) => response.text())");
    const client = await open(port, '/ws');
    expect(await client.ask('hello')).toContain('hello');
    await page.locator('.marble[data-row=commands]').last().waitFor();
    await page.locator('.marble[data-row=inbox]').last().hover();
    await page.locator('.tip').getByText("'hello'").waitFor();
    await page.getByRole('button', { name: 'Copy as spec' }).click();
    const text = await page.getByLabel('The spec').inputValue();
    await page.getByText('The spec is in the clipboard.').waitFor();

    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(text);
    expect(text).toContain('hello');
    expect(await runSpec(text, `export { room } from '../../examples/02-chat.js';\n`)).toBe(1);
    await page.evaluate("location.hash = '#/process/nobody'");
    await page.getByText('It has ended, or there never was one.').waitFor();
    // It is said once.
    await page.locator('section').nth(1).waitFor({ state: 'detached' });
    // Without actions it only looks.
    expect(await page.getByRole('button', { name: 'Terminate…' }).count()).toBe(0);
    expect(problems).toEqual([]);
  }, 60_000);
});
