import { expect } from '@jest/globals';
import type { ClientOptions } from '../../../lib/client/index.js';
import type { Rooms } from './rooms.js';
import type { Tab } from './tab.js';

/** What a scenario is played with: a server, and clients of one kind. */
export interface Stage<T extends Tab = Tab> {
  readonly rooms: Rooms;
  /** Opens a tab in a room. */
  open(user: string, room: string, options?: ClientOptions): Promise<T>;
}

/** What happens to a connection, and is to be the same in a page and in Node. */
export interface Scenario {
  readonly what: string;
  play(stage: Stage): Promise<void>;
}

let rooms = 0;

/** Opens tabs in a new room where something is said, each of another user, until each has heard and seen all. */
export async function enter<T extends Tab>(
  stage: Stage<T>,
  users: readonly string[],
  { kind = 'room', ...options }: ClientOptions & { readonly kind?: 'room' | 'disk' } = {},
): Promise<T[]> {
  const room = `${kind}:${++rooms}`;
  const tabs = await Promise.all(users.map((user) => stage.open(user, room, options)));
  const all = [...users].sort().map((user) => `${user}1`);
  for (const tab of tabs) {
    await tab.until('all are here', () => all.every((one) => tab.here.at(-1)?.includes(one)));
  }
  stage.rooms.talkIn(room);
  for (const tab of tabs) {
    await tab.until('the first numbers and answers', () => {
      return tab.heard.length > 3 && tab.answers.length > 1;
    });
  }
  return tabs;
}

/** The state of a client after its first connection, however often it had to dial for another. */
const stepsOf = (tab: Tab): string =>
  tab.states.join(', ').replace(/(waiting 1006, connecting, )+/g, 'waiting 1006, connecting, ');

/** Waits until a tab is back, and asserts that it has heard all that was said, once and in order, and all answers. */
export async function hasAll({ rooms }: Stage, tab: Tab): Promise<void> {
  const said = rooms.saidIn(tab.room);
  const { length } = tab.answers;
  await tab.until(`number ${said}`, () => Number(tab.heard.at(-1)) >= said);
  await tab.until('an answer', () => tab.answers.length > length + 1);
  expect(tab.heard).toEqual(tab.heard.map((_, at) => at + 1));
  expect(new Set(tab.answers)).toEqual(new Set(['done']));
}

/** Asserts that nothing was done twice. */
export function isDoneOnce({ rooms }: Stage): void {
  expect(rooms.done).toHaveLength(new Set(rooms.done).size);
}

/** Asserts that a tab saw nobody come or go before she left, and sees that. */
export async function sawOnlyHerLeave(bob: Tab, before: number, ann: Tab): Promise<void> {
  expect(bob.here.slice(before)).toEqual([]);
  await ann.leave();
  await bob.last('here', 'bob1');
  await bob.leave();
}

/** A connection is gone and comes back, while something of hers is done whose answer is on its way. */
const cutBy = (what: string, cut: (ann: Tab) => void, states: string): Scenario => ({
  what,
  play: async (stage) => {
    const [ann, bob] = (await enter(stage, ['ann', 'bob'])) as [Tab, Tab];
    const seen = bob.here.length;

    ann.network.delay = 40;
    await stage.rooms.doesSomething('ann');
    cut(ann);
    ann.network.delay = 0;

    await ann.last('states', 'open resumed');
    await hasAll(stage, ann);
    await hasAll(stage, bob);
    expect(stepsOf(ann)).toBe(`connecting, open, ${states}, connecting, open resumed`);
    expect(ann.recovered).toEqual(['undefined', 'true']);
    expect(bob.states).toEqual(['connecting', 'open']);
    isDoneOnce(stage);
    await sawOnlyHerLeave(bob, seen, ann);
  },
});

const cut = cutBy('is cut', ({ network }) => network.cut(), 'waiting 1006');

const takeover: Scenario = {
  what: 'is lost for the client alone: its session is taken over, and the old one closed with 4409',
  play: async (stage) => {
    const isClosed = stage.rooms.closes('ann', 4409);
    await cutBy('', ({ network }) => network.hideFromServer(), 'waiting 1006').play(stage);
    await isClosed;
  },
};

const down: Scenario = {
  what: 'cannot be had for a while',
  play: async (stage) => {
    const [ann, bob] = (await enter(stage, ['ann', 'bob'])) as [Tab, Tab];
    const seen = bob.here.length;

    ann.network.down();
    const dials = (): number => ann.states.filter((state) => state === 'connecting').length;
    await ann.until('three dials that fail', () => dials() > 3);
    ann.network.up();

    await ann.last('states', 'open resumed');
    await hasAll(stage, ann);
    expect(stepsOf(ann)).toBe('connecting, open, waiting 1006, connecting, open resumed');
    isDoneOnce(stage);
    await sawOnlyHerLeave(bob, seen, ann);
  },
};

const restart: Scenario = {
  what: 'ends with the server, which comes back: with the store on disk nothing is missed, without it is told',
  play: async (stage) => {
    const [[ann], [bob]] = (await Promise.all([
      enter(stage, ['ann'], { kind: 'disk' }),
      enter(stage, ['bob']),
    ])) as [[Tab], [Tab]];

    await stage.rooms.restart();
    for (const tab of [ann, bob]) {
      await tab.until('it is back', () => tab.recovered.length > 1);
      expect(stepsOf(tab)).toMatch(/^connecting, open, waiting 1001, connecting, (.*, )?open$/);
    }

    expect(ann.recovered).toEqual(['undefined', 'true']);
    expect(bob.recovered).toEqual(['undefined', 'false']);
    await goesOn(stage, ann);
    expect(ann.heard).toEqual(ann.heard.map((_, at) => at + 1));
    await goesOn(stage, bob);
    expect(gapsOf(bob)).toEqual(['gap epoch']);
    isDoneOnce(stage);
    await Promise.all([ann.leave(), bob.leave()]);
  },
};

const crash: Scenario = {
  what: 'ends with a server that is killed and started again, as those of two other clients: each is told once',
  play: async (stage) => {
    const tabs = await enter(stage, ['ann', 'bob', 'eve']);
    const [ann] = tabs as [Tab];

    ann.network.delay = 40;
    await stage.rooms.doesSomething('ann');
    await stage.rooms.crash();
    ann.network.delay = 0;

    for (const tab of tabs) {
      await tab.until('it is back', () => tab.recovered.length > 1);
      await goesOn(stage, tab);
      expect(stepsOf(tab)).toBe('connecting, open, waiting 1006, connecting, open');
      expect(tab.recovered).toEqual(['undefined', 'false']);
      expect(gapsOf(tab)).toEqual(['gap epoch']);
    }
    // It was done, and its answer is gone with the session.
    expect(ann.answers.filter((each) => each !== 'done')).toEqual(['outcome_unknown']);
    isDoneOnce(stage);
    await Promise.all(tabs.map((tab) => tab.leave()));
  },
};

/** Waits until a tab hears what is said now, and is answered. */
async function goesOn({ rooms }: Stage, tab: Tab): Promise<void> {
  const said = rooms.saidIn(tab.room);
  const { length } = tab.answers;
  await tab.until(`number ${said}`, () => Number(tab.heard.at(-1)) > said);
  await tab.until(
    'answers',
    () => tab.answers.length > length + 1 && tab.answers.at(-1) === 'done',
  );
}

/** The gaps that a tab was told of; asserts that numbers rise, and are missing nowhere else. */
function gapsOf({ heard }: Tab): (number | string)[] {
  const gaps = heard.filter((each) => typeof each === 'string');
  const holes = heard.filter(
    (each, at) => at > 0 && typeof each === 'number' && each - 1 !== heard[at - 1],
  );
  // After a gap there may be no hole: it says that nobody knows.
  for (const each of holes) expect(heard[heard.indexOf(each) - 1]).toBe('gap epoch');
  const numbers = heard.filter((each) => typeof each === 'number');
  expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other));
  return gaps;
}

export const SCENARIOS: readonly Scenario[] = [cut, takeover, down, restart, crash];
