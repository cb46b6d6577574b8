import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { levelStore } from '../../lib/level/index.js';
import { cleanUp, within } from '../express/support.js';
import { CHROMIUM, FLAGS, NEEDS_CHROMIUM } from './chromium.js';
import { describeWith } from './need.js';
import type { Told } from './tabs/follow.js';
import { Rooms } from './tabs/rooms.js';
import {
  enter,
  hasAll,
  isDoneOnce,
  SCENARIOS,
  type Stage,
  sawOnlyHerLeave,
} from './tabs/scenarios.js';
import { PageTab } from './tabs/tab.js';

/** Back-offs so long that who comes back sooner was told something. */
const PATIENT = { backoff: { base: 3_600_000, cap: 3_600_000 } };

/** Tells a page that it is seen, or that it is not. */
const isSeen = (isSo: boolean): string => `
  Object.defineProperty(document, 'hidden', { configurable: true, value: ${!isSo} });
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));`;

describeWith(NEEDS_CHROMIUM)('a client in a page whose connection', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rooms-'));
  let browser: Browser;
  let context: BrowserContext;
  let stage: Stage<PageTab>;
  const problems: string[] = [];

  beforeAll(async () => {
    const rooms = new Rooms(() => levelStore(join(folder, 'history')));
    [browser] = await Promise.all([
      chromium.launch({
        executablePath: CHROMIUM,
        args: FLAGS,
        ignoreDefaultArgs: ['--disable-back-forward-cache'],
      }),
      rooms.start(),
    ]);
    context = await browser.newContext();
    context.on('weberror', (error) => problems.push(String(error.error())));
    stage = {
      rooms,
      open: async (user, room, options = {}) => {
        const page = await context.newPage();
        return new PageTab(page, user, room, await rooms.network()).enter(options);
      },
    };
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await cleanUp();
    rmSync(folder, { recursive: true, force: true });
    expect(problems).toEqual([]);
  });

  /** As `hasAll`, of a page that was left: what it has told by itself. */
  async function hasAllOfPage(ann: PageTab): Promise<Told> {
    const said = stage.rooms.saidIn(ann.room);
    await ann.until(`number ${said}`, () => Number(ann.heard.at(-1)) >= said);
    const told = (await ann.page.evaluate('told')) as Told;
    expect(told.heard).toEqual(told.heard.map((_, at) => at + 1));
    expect(new Set(told.answers)).toEqual(new Set(['done']));
    return told;
  }

  it.each(SCENARIOS)('$what (CC15)', ({ play }) => play(stage), 90_000);

  it('ends with a reload begins where it was, and nobody sees her go (PR7, PT8)', async () => {
    const [ann, bob] = (await enter(stage, ['ann', 'bob'])) as [PageTab, PageTab];
    const seen = bob.here.length;

    await ann.page.reload();
    await ann.until('she is back', () => ann.recovered.length > 1);

    await hasAllOfPage(ann);
    expect(ann.recovered).toEqual(['undefined', 'true']);
    expect(ann.states.slice(-2)).toEqual(['connecting', 'open']);
    // A diff comes up to 50 ms after what it tells.
    await bob.until('her new connection', () => bob.here.length > seen);
    expect(new Set(bob.here.slice(seen))).toEqual(new Set(['ann2 bob1']));
    isDoneOnce(stage);
    await Promise.all([ann.leave(), bob.leave()]);
  }, 90_000);

  it('is half-open asks when the network goes, gives it up, and takes its session over (CC10, CP22)', async () => {
    const [ann, bob] = (await enter(stage, ['ann', 'bob'])) as [PageTab, PageTab];
    const seen = bob.here.length;
    const isClosed = stage.rooms.closes('ann', 4409);

    ann.network.silence();
    await ann.page.evaluate("dispatchEvent(new Event('offline'))");
    await ann.last('states', 'open resumed');

    await hasAll(stage, ann);
    expect(ann.states.slice(2)).toEqual(['waiting 4408', 'connecting', 'open resumed']);
    await isClosed;
    isDoneOnce(stage);
    await sawOnlyHerLeave(bob, seen, ann);
  }, 90_000);

  it('hears nothing in a browser that is offline is given up, and back as soon as it is online (CC10)', async () => {
    const [ann, bob] = (await enter(stage, ['ann', 'bob'], PATIENT)) as [PageTab, PageTab];
    const seen = bob.here.length;

    // Chromium leaves the socket open, but nothing comes through.
    await context.setOffline(true);
    await ann.last('states', 'waiting 4408');
    await context.setOffline(false);
    await ann.last('states', 'open resumed');

    await hasAll(stage, ann);
    expect(ann.states.slice(2)).toEqual(['waiting 4408', 'connecting', 'open resumed']);
    isDoneOnce(stage);
    // He was offline as well, and saw the list anew.
    expect(bob.here.slice(seen).filter((list) => list !== 'ann1 bob1')).toEqual([]);
    await Promise.all([ann.leave(), bob.leave()]);
  }, 90_000);

  it('is cut while its tab sleeps knows when it wakes, and is back when somebody looks at it (CC10)', async () => {
    const [ann, bob] = (await enter(stage, ['ann', 'bob'])) as [PageTab, PageTab];
    const seen = bob.here.length;
    const debug = await context.newCDPSession(ann.page);
    await debug.send('Debugger.enable');

    await ann.page.evaluate(isSeen(false));
    // Nothing of it runs any more, no timer and no event, as in a tab that the browser has frozen.
    const sleeps = new Promise((resolve) => debug.once('Debugger.paused', resolve));
    await debug.send('Debugger.pause');
    await within(sleeps, 'its sleep', 30_000);
    ann.network.cut();
    const said = stage.rooms.saidIn(ann.room);
    await bob.until('the others go on', () => Number(bob.heard.at(-1)) > said + 20);
    expect(ann.states).toEqual(['connecting', 'open']);

    await debug.send('Debugger.resume');
    // It would dial in a minute.
    await ann.last('states', 'waiting 1006');
    await ann.page.evaluate(isSeen(true));
    await ann.last('states', 'open resumed');

    await hasAll(stage, ann);
    expect(ann.states.slice(2)).toEqual(['waiting 1006', 'connecting', 'open resumed']);
    isDoneOnce(stage);
    await sawOnlyHerLeave(bob, seen, ann);
  }, 90_000);

  it('ends as the page is left comes back with the page from the cache (CC10)', async () => {
    const [ann, bob] = (await enter(stage, ['ann', 'bob'], PATIENT)) as [PageTab, PageTab];
    const seen = bob.here.length;

    await ann.page.goto(`http://127.0.0.1:${ann.network.port}/other`);
    // Of a page from the cache there is nothing to load.
    await ann.page.goBack({ waitUntil: 'commit' });
    await ann.last('states', 'open resumed');

    const { states } = await hasAllOfPage(ann);
    expect(states.slice(2)).toEqual([
      ...['waiting 1001', 'from the cache', 'connecting', 'open resumed'],
    ]);
    await sawOnlyHerLeave(bob, seen, ann);
  }, 90_000);

  it('is refused with 403 learns so, and does not try again (CC8)', async () => {
    const nobody = await stage.open('nobody', 'room:none');
    await nobody.last('states', 'closed 4403 HTTP 403');
    // It asks after the second dial, and may have dialled once more before it is answered.
    expect(nobody.states.join()).toMatch(
      /^(connecting,waiting 1006,){2,}(connecting,)?closed 4403 HTTP 403$/,
    );
    await nobody.page.close();
  }, 90_000);
});
