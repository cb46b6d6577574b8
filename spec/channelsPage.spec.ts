import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { channel, event, WebSocketMessage } from '../lib/channels/index.js';
import { channelTest, type ReceivedFrame } from '../lib/testing/index.js';
import { cleanUp } from './express/support.js';
import { FLAGS, HEADLESS, NEEDS_CHROMIUM } from './interop/chromium.js';
import { describeWith } from './interop/need.js';
import { blocksOf, read } from './support/pages.js';
import { served } from './support/served.js';

const page = read('docs/channels.md');

/** A section of the page. */
function section(title: string): string {
  const text = page.split(`\n## ${title}\n`)[1]?.split('\n## ')[0];
  if (text === undefined) throw new Error(`docs/channels.md has no section ${title}`);
  return text;
}

/** What is quoted in the cells of a section's tables, a list for each cell of each row. */
const quoted = (title: string): string[][][] =>
  section(title)
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text)),
    );

/** The lines of a section's JSON, two by two: what a client sends, and what it is answered. */
const exchanges = (title: string) =>
  [...section(title).matchAll(/```json\n(.*)\n(.*)\n```/g)].map(([, sent = '', answer = '']) => ({
    sent,
    answer,
  }));

/** A frame as text, with the time of the page. */
const textOf = (frame: ReceivedFrame | undefined): string =>
  JSON.stringify({ ...frame, timestamp: 1_762_000_000 });

describe('docs/channels.md, messages', () => {
  const rows = quoted('Messages').flatMap(([, calls = [], texts = []]) =>
    calls.map((call, n) => ({ call: call.replace(/^\./, 'WebSocketMessage.'), text: texts[n] })),
  );

  it.each(rows)('$call is what it says on the wire', ({ call, text = '' }) => {
    const make = new Function('WebSocketMessage', `return ${call}`);

    const { timestamp, ...rest } = make(WebSocketMessage).toJSON();

    expect(rest).toEqual(JSON.parse(text));
    expect(timestamp).toEqual(expect.any(Number));
  });

  it('are these', () => {
    expect(rows).toHaveLength(6);
  });
});

describe('docs/channels.md, commands', () => {
  it('are answered as it says', () => {
    const t = channelTest();
    const client = t.connect({ protocol: 'plain' });
    const [, ...rows] = quoted('Commands');

    const answers = rows.map(([, payload = []]) => {
      client.send(`{"type":"system","payload":${payload[0]}}`);
      const { type, payload: answer } = client.frames.at(-1) ?? {};
      if (type === 'pong') return 'pong';
      return typeof answer === 'string' ? answer : JSON.stringify(answer);
    });

    expect(answers).toEqual(rows.map(([, , said = []]) => said[0] ?? 'pong'));
    expect(answers).toHaveLength(4);
    client.send('{"type":"system","payload":{"command":"other"}}');
    expect(client.frames.at(-1)).toMatchObject({ payload: 'Invalid command' });
    t.end();
  });
});

describe('docs/channels.md, its JSON', () => {
  const say = event('say', {
    data: {
      '~standard': {
        version: 1,
        vendor: 'spec',
        validate: () => ({ issues: [{ path: ['text'], message: 'expected string' }] }),
      },
    },
  });
  const channels = [channel('vip', { isPrivate: true }), channel('room:*', { events: [say] })];

  it.each([...exchanges('Commands'), ...exchanges('Typed events')])(
    'is answered as it says: $sent',
    ({ sent, answer }) => {
      const t = channelTest({ channels });
      const client = t.connect({ protocol: 'plain', channel: 'room:1' });

      client.send(sent);

      const [start = '', end] = answer.split('…').map((text) => text.trim());
      expect(textOf(client.frames.at(-1)).slice(0, start.length)).toBe(start);
      if (end === undefined) expect(textOf(client.frames.at(-1))).toBe(start);
      t.end();
    },
  );

  it('is two exchanges', () => {
    expect([...exchanges('Commands'), ...exchanges('Typed events')]).toHaveLength(2);
  });
});

describeWith(NEEDS_CHROMIUM)("documents' JavaScript, pasted into a page of their server", () => {
  const folder = join(process.cwd(), '.tmp', 'pages');
  let browser: Browser | undefined;

  afterAll(async () => {
    await browser?.close();
    await cleanUp();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts the server of a document, and opens a page of it. */
  async function visit(path: string): Promise<Page> {
    const [server] = blocksOf(path).filter(({ name }) => name.endsWith('/server.ts'));
    const [, html = ''] = /```html\n<!-- index.html -->\n([\s\S]*?)```/.exec(read(path)) ?? [];
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'server.ts'), server?.code ?? '');
    writeFileSync(join(folder, 'index.html'), html);
    const { url } = await served('exec node --import tsx server.ts', folder);
    browser ??= await chromium.launch({ executablePath: HEADLESS, args: FLAGS });
    const page = await browser.newPage();
    await page.goto(url);
    return page;
  }

  /** What a page of a document's server logs that runs a script, so many lines. */
  async function logged(path: string, script: string, count: number): Promise<string[]> {
    const page = await visit(path);
    const lines: string[] = [];
    const all = new Promise<string[]>((resolve, reject) => {
      page.on('console', (each) => {
        if (each.type() !== 'log') return;
        if (lines.push(each.text()) === count) resolve(lines);
      });
      page.on('pageerror', reject);
    });
    await page.evaluate(script);
    return (await all).map((line) => line.replace(/"timestamp":\d+/, '"timestamp":1762000000'));
  }
  const scripts = (path: string) =>
    [...read(path).matchAll(/```js\n([\s\S]*?)```/g)].map(([, js = '']) => js);

  it('prints what docs/channels.md says', async () => {
    const [script = ''] = scripts('docs/channels.md');
    const [, said = ''] = /```json\n([\s\S]*?)\n```/.exec(section('Quick start')) ?? [];

    expect(await logged('docs/channels.md', script, 2)).toEqual(said.split('\n'));
  }, 60_000);

  it('connects by v1 with a token as docs/channels.md says', async () => {
    const script = `${scripts('docs/channels.md')[1]}; socket.onopen = () => console.log(socket.protocol);`;

    expect(await logged('docs/channels.md', script, 1)).toEqual(['rx-process.v1']);
  }, 60_000);

  it('is answered by ids as docs/from-socketio.md says', async () => {
    const [script = ''] = scripts('docs/from-socketio.md');

    const [hello, first, second] = await logged('docs/from-socketio.md', script, 3);

    expect(hello).toMatch(/^{"hello":{"version":1/);
    expect(first).toMatch(/^{"id":1,"ok":true,/);
    expect(second).toMatch(/^{"id":2,"ok":false,"error":{"code":"not_available"/);
  }, 60_000);

  it('chats in two tabs by the page of docs/clients.md', async () => {
    const first = await visit('docs/clients.md');
    const said = (page: Page, text: string) =>
      page.getByText(text).waitFor({ state: 'attached', timeout: 10_000 });
    const say = async (page: Page, text: string): Promise<void> => {
      await page.getByRole('textbox').fill(text);
      await page.getByRole('textbox').press('Enter');
    };
    await say(first, 'hello');
    await said(first, 'hello');

    // Whoever comes later sees what was said before.
    const second = await (browser as Browser).newPage();
    await second.goto(first.url());
    await said(second, 'hello');
    await say(second, 'and hello');
    for (const page of [first, second]) await said(page, 'and hello');

    expect(await first.innerText('body')).toBe(await second.innerText('body'));
  }, 60_000);
});
