import { channel, type PresenceEntry } from '../../../lib/channels/index.js';
import { Scene, type Visitor } from '../scene.js';
import { must } from '../schedule.js';
import { Watcher } from './watcher.js';

export const CLIENTS = 5;
const LINGER = 5_000;
const DEBOUNCE = 50;
const NOBODY = { keys: 0, entries: 0, lingering: 0 };
const ROOM = { channel: 'room' };

/** A tab of a user, as the model has it. */
interface Tab {
  readonly user: string;
  visitor: Visitor | undefined;
  watcher: Watcher;
  secret: string | undefined;
  dials: number;
  /** What is shown of it; `undefined`: it is not present. */
  meta: number | undefined;
}

/** Whose connection was lost, by the session that it may come back with. */
interface Lost {
  readonly secret: string | undefined;
  readonly user: string;
  readonly meta: number;
  readonly until: number;
}

/**
 * A room in which a schedule is played, and beside it who should be present in it by PR7 and PR8. One client watches all the
 * time, and one does nothing but reload, always in time.
 */
export class Model {
  readonly scene = new Scene({
    channels: [channel('room', { presence: { meta: ({ meta }) => meta, debounce: DEBOUNCE } })],
    limits: { presencePerKey: 1_000 },
  });
  readonly tabs: readonly Tab[];
  readonly #reloader: Tab;
  readonly #witness: Tab;
  /** What was published, by version. */
  readonly published = new Map<number, string>([[0, '']]);
  #lost: Lost[] = [];
  #now = 0;
  #ids = 0;
  #changes = 0;
  #isShown = false;
  #reloadsSince: number | undefined;

  constructor() {
    const tab = (user: string): Tab => {
      const watcher = new Watcher(this.published);
      return { user, visitor: undefined, watcher, secret: undefined, dials: 0, meta: undefined };
    };
    this.tabs = Array.from({ length: CLIENTS }, (_, i) => tab(`user ${i % 3}`));
    [this.#reloader, this.#witness] = [tab('reloader'), tab('witness')];
    this.scene.manager.channel('room').presence$.subscribe((entries) => {
      const { presence } = this;
      if (presence !== undefined) this.#publish(JSON.parse(presence.state).version, entries);
    });
    for (const each of [this.#witness, this.#reloader]) this.#dial(each, false, true);
  }

  #publish(version: number, entries: readonly PresenceEntry[]): void {
    this.published.set(version, shown(entries));
    // PT8: a key that only reloads is never gone.
    const has = entries.some(({ key }) => key === 'reloader');
    must(has || !this.#isShown, 'the key of a client that reloads has gone (PT8)');
    this.#isShown ||= has;
  }

  get presence() {
    return this.scene.broker.channels.find('room')?.presence;
  }

  // --- deeds ----------------------------------------------------------------------------------------

  /** A tab connects, or with an open connection takes its session over, and subscribes. */
  dial(i: number, resumes: boolean, watches: boolean): void {
    const tab = this.tabs[i] as Tab;
    if (tab.visitor === undefined || resumes) this.#dial(tab, resumes, watches);
  }

  #dial(tab: Tab, resumes: boolean, watches: boolean): void {
    tab.dials++;
    const older = tab.visitor;
    const visitor = this.scene.connect({ connect: () => ({ identity: tab.user }) });
    const session: string = visitor.frames[0]?.hello.session;
    tab.visitor = visitor;
    const { isResumed } = this.#resume(tab, visitor, resumes);
    if (!isResumed) {
      older?.leaves();
      tab.secret = session;
    }
    tab.watcher.forget();
    this.#subscribe(tab, { watch: watches });
  }

  #resume(tab: Tab, visitor: Visitor, resumes: boolean): { isResumed: boolean } {
    if (tab.meta !== undefined) this.#linger(tab);
    if (!resumes || tab.secret === undefined) return { isResumed: false };
    visitor.command('resume', { session: tab.secret, n: tab.dials }, ++this.#ids);
    return { isResumed: visitor.frames[0]?.result.resumed };
  }

  subscribe(i: number, present: boolean, watch: boolean): void {
    this.#with(i, (tab) => this.#subscribe(tab, { present, watch }));
  }

  #subscribe(tab: Tab, { present = true, watch }: { present?: boolean; watch: boolean }): void {
    const meta = tab.meta ?? 0;
    this.#ask(tab, 'subscribe', { present, watch, meta });
    if (!watch) tab.watcher.forget();
    this.#changes++;
    if (present && tab.meta === undefined) {
      this.#lost = this.#lost.filter(({ secret }) => secret !== tab.secret);
    }
    tab.meta = present ? meta : undefined;
  }

  unsubscribe(i: number): void {
    this.#with(i, (tab) => {
      this.#ask(tab, 'unsubscribe', {});
      this.#leave(tab);
    });
  }

  kick(i: number): void {
    this.#with(i, (tab) => {
      this.scene.manager.unsubscribe((tab.visitor as Visitor).pid, 'room');
      this.scene.system.flush();
      this.#leave(tab);
    });
  }

  #leave(tab: Tab): void {
    this.#changes++;
    tab.meta = undefined;
    tab.watcher.forget();
  }

  update(i: number, meta: number): void {
    this.#with(i, (tab) => {
      this.#ask(tab, 'presence_update', { meta });
      this.#changes++;
      if (tab.meta !== undefined) tab.meta = meta;
    });
  }

  watch(i: number, watch: boolean): void {
    this.#with(i, (tab) => {
      this.#ask(tab, 'presence', { watch });
      if (!watch) tab.watcher.forget();
    });
  }

  /** A connection ends, and perhaps the tab is closed for good. */
  end(i: number, code: number): void {
    this.#with(i, (tab) => {
      if (code === 1000) this.#leave(tab);
      else if (tab.meta !== undefined) this.#linger(tab);
      tab.visitor?.leaves(code);
      tab.visitor = undefined;
    });
  }

  #linger(tab: Tab): void {
    const { secret, user, meta = 0 } = tab;
    this.#changes++;
    this.#lost.push({ secret, user, meta, until: this.#now + LINGER });
    tab.meta = undefined;
  }

  /** The client that does nothing else goes, or comes back in time. */
  reload(resumes: boolean): void {
    const tab = this.#reloader;
    if (tab.visitor === undefined) {
      this.#reloadsSince = undefined;
      return this.#dial(tab, resumes, true);
    }
    this.#reloadsSince = this.#now;
    this.#linger(tab);
    tab.visitor.leaves(1001);
    tab.visitor = undefined;
  }

  wait(millis: number): void {
    const end = this.#now + millis;
    if (this.#reloadsSince !== undefined && end - this.#reloadsSince >= LINGER) this.reload(true);
    this.scene.system.advance(millis);
    this.#now = end;
    this.#lost = this.#lost.filter(({ until }) => until > end);
  }

  // --- what has to hold -----------------------------------------------------------------------------

  check(): void {
    const { keys, entries, lingering } = this.presence?.attendance.counts ?? NOBODY;
    const present = this.#present;
    must(entries === present.length, `${entries} are present, not ${present.join()}`);
    must(keys === new Set(present.map((each) => each.split(' = ')[0])).size, `${keys} keys`);
    must(lingering === this.#lost.length, `${lingering} linger, not ${this.#lost.length}`);
    for (const tab of this.#all) if (tab.visitor !== undefined) tab.watcher.read(tab.visitor);
  }

  /** After a while all lists are the same, and right (PT7); then all go, and nothing is left (PT14). */
  finish(): void {
    if (this.#reloadsSince !== undefined) this.reload(false);
    const { diffs } = this.#witness.watcher;
    must(diffs <= 1 + this.#now / DEBOUNCE, `${diffs} diffs in ${this.#now} ms (PT9)`);
    must(diffs <= this.#changes, `${diffs} diffs of ${this.#changes} changes (PT9)`);
    this.wait(LINGER);
    this.wait(DEBOUNCE);
    this.check();
    const last = [...this.published.values()].at(-1);
    must(last === this.#present.sort().join('\n'), `published is ${last} (PT7)`);
    for (const { visitor, watcher } of this.#all) {
      if (visitor !== undefined && watcher.isOn) must(watcher.list === last, 'a list at the end');
      visitor?.leaves();
    }
    this.scene.system.advance(2 * LINGER + 60_000);
  }

  /** Who has to be present: `user 1 = 3`. */
  get #present(): string[] {
    const here = this.#all.filter(({ meta }) => meta !== undefined);
    return [...here, ...this.#lost].map(({ user, meta }) => `${user} = ${meta}`);
  }

  get #all(): readonly Tab[] {
    return [...this.tabs, this.#reloader, this.#witness];
  }

  #with(i: number, run: (tab: Tab) => void): void {
    const tab = this.tabs[i] as Tab;
    if (tab.visitor !== undefined) run(tab);
  }

  /** Asks, and reads the answer. */
  #ask({ visitor, watcher }: Tab, command: string, fields: object): void {
    if (visitor === undefined) return;
    visitor.command(command, { ...ROOM, ...fields }, ++this.#ids);
    watcher.read(visitor);
  }
}

/** A list as one text: who is present, and as what. */
export const shown = (entries: readonly PresenceEntry[]): string =>
  entries
    .flatMap(({ key, metas }) => metas.map(({ meta }) => `${key} = ${meta}`))
    .sort()
    .join('\n');
