import { describe, expect, it } from '@jest/globals';
import { ignoreElements, map, merge, NEVER, share, switchMap, take, tap, timer } from 'rxjs';
import {
  act,
  type Behavior,
  broadcast,
  combine,
  is,
  ofTopic,
  receive,
  topic,
} from '../../lib/index.js';
import { ws } from '../../lib/protocol/index.js';
import { Hub } from '../../lib/relay/index.js';
import type { System } from '../../lib/runtime/index.js';
import { collect, quiet, reads, settled } from '../support/runtime.js';

const typo = topic<number>('typo');
const other = topic<number>('other');

/** The texts of the warnings of unread topics. */
function warningsOf(system: System): string[] {
  const texts: string[] = [];
  system.events$.subscribe(
    (e) => e.type === 'warning' && texts.push(`${e.code} ${e.pid}: ${e.message}`),
  );
  return texts;
}

const filtered: Behavior = (inbox) => inbox.pipe(ofTopic(typo), ignoreElements());
const both: Behavior = (inbox) =>
  merge(inbox.pipe(ofTopic(typo), ignoreElements()), inbox.pipe(ofTopic(other), ignoreElements()));

describe('a topic that nobody reads', () => {
  it.each<{ what: string; behavior: Behavior; sent: string; text: string }>([
    {
      what: 'a slip',
      behavior: filtered,
      sent: 'tpyo',
      text: "(filtered), where no ofTopic lets it through; did you mean 'typo'?",
    },
    {
      what: 'another topic',
      behavior: filtered,
      sent: 'x',
      text: '(filtered), where no ofTopic lets it through; it reads typo',
    },
    {
      what: 'a slip among several',
      behavior: both,
      sent: 'othre',
      text: "(both), where no ofTopic lets it through; did you mean 'other'?",
    },
    {
      what: 'a slip in one body of two',
      behavior: combine(filtered, both),
      sent: 'tpyo',
      text: "did you mean 'typo'?",
    },
    {
      what: 'a topic beside those of a listener',
      behavior: (inbox, self) =>
        merge(self.listen('a.*'), filtered(inbox, self)).pipe(ignoreElements()),
      sent: 'b',
      text: 'it reads typo',
    },
    {
      what: 'a topic that its listener does not want',
      behavior: (_inbox, self) =>
        self.listen('alarm.*').pipe(ofTopic(topic('alarm.on')), ignoreElements()),
      sent: 'alarm.bright',
      text: 'it reads alarm.on',
    },
    {
      what: 'a topic where none is wanted',
      behavior: (inbox) => inbox.pipe(ofTopic(), ignoreElements()),
      sent: 'x',
      text: 'it reads nothing',
    },
  ])('is a warning: $what (I10)', async ({ behavior, sent, text }) => {
    const system = quiet();
    const warnings = warningsOf(system);
    const pid = system.spawn(behavior);
    for (let n = 0; n < 3; n++) system.send(pid, sent, n);

    await settled(system);
    expect(warnings).toEqual([
      expect.stringContaining(`unread_topic ${pid}: '${sent}' was sent to ${pid} `),
    ]);
    expect(warnings[0]).toContain(text);
  });

  it('is told once for each behaviour and topic (I10)', async () => {
    const system = quiet();
    const warnings = warningsOf(system);
    for (const behavior of [filtered, filtered, both]) {
      const pid = system.spawn(behavior);
      for (const sent of ['x', 'y', 'x', 'typo']) system.send(pid, sent, 1);
    }

    await settled(system);
    expect(warnings.map((text) => text.replace(/.*: '(.)'.*\((\w+)\).*/, '$1 $2'))).toEqual([
      'x filtered',
      'y filtered',
      'x both',
      'y both',
    ]);
  });

  it.each<{ what: string; behavior: Behavior }>([
    {
      what: 'somebody reads the inbox as it is',
      behavior: (inbox, self) => merge(filtered(inbox, self), reads([])(inbox)),
    },
    {
      what: 'an operator sees it before ofTopic',
      behavior: (inbox) =>
        inbox.pipe(
          tap(() => {}),
          ofTopic(typo),
          ignoreElements(),
        ),
    },
    {
      what: 'the inbox is shared',
      behavior: (inbox) => inbox.pipe(share(), ofTopic(typo), ignoreElements()),
    },
    {
      what: 'it is judged by is',
      behavior: (inbox) =>
        inbox.pipe(
          map((m) => void is(m, typo)),
          ignoreElements(),
        ),
    },
    { what: 'it is handled by act', behavior: (inbox) => inbox.pipe(act((m) => void is(m, typo))) },
    {
      what: 'a generator receives it',
      behavior: async function* (inbox) {
        for await (const m of receive(inbox)) if (is(m, typo)) yield;
      },
    },
    {
      what: 'operators see it before several ofTopics',
      behavior: (inbox) =>
        merge(
          ...[typo, other].map((each) =>
            inbox.pipe(
              tap(() => {}),
              ofTopic(each),
              ignoreElements(),
            ),
          ),
        ),
    },
    {
      what: 'who reads it leaves at once, beside an ofTopic',
      behavior: (inbox) =>
        merge(
          ...['typo', 'tpyo', 'x'].map((each) => inbox.pipe(ofTopic(topic(each)), take(1))),
          inbox.pipe(ofTopic(other)),
        ).pipe(ignoreElements()),
    },
    {
      what: 'who might read it leaves at once, beside an ofTopic',
      behavior: (inbox) =>
        merge(
          inbox.pipe(
            tap(() => {}),
            take(1),
          ),
          inbox.pipe(
            tap(() => {}),
            take(3),
          ),
          inbox.pipe(ofTopic(typo)),
        ).pipe(ignoreElements()),
    },
    { what: 'nobody is subscribed yet', behavior: () => NEVER },
    {
      what: 'nobody is subscribed any more',
      behavior: (inbox) => merge(inbox.pipe(ofTopic(typo), take(1)), NEVER).pipe(ignoreElements()),
    },
    {
      what: 'its turn has not come',
      behavior: (inbox) => timer(0).pipe(switchMap(() => reads([])(inbox))),
    },
  ])('is none where $what (I10)', async ({ behavior }) => {
    const system = quiet();
    const warnings = warningsOf(system);
    const pid = system.spawn(behavior);
    for (const sent of ['typo', 'tpyo', 'x']) system.send(pid, sent, 1);

    await settled(system);
    expect(warnings).toEqual([]);
  });

  it('is told of a broadcast only where it is a slip (I10)', async () => {
    const system = quiet();
    const warnings = warningsOf(system);
    system.groups.join('all', system.spawn(filtered));
    await settled(system);
    system.groups.broadcast('all', other, 1);
    system.spawn(() => [broadcast('all', topic('x'), 1), broadcast('all', topic('tpyo'), 1)]);

    await settled(system);
    expect(warnings).toEqual([expect.stringContaining("did you mean 'typo'?")]);
  });

  it("is none where it is a relay's own, but is where it is that of a client's frames (I10)", async () => {
    const system = quiet();
    const hub = new Hub(system);
    const warnings = warningsOf(system);
    const pid = system.spawn(filtered);
    for (const own of ['ws.join', 'ws.heartbeat', 'ws.leave']) system.send(pid, own, {});
    system.send(pid, ws.message, {} as never);

    await settled(system);
    expect(warnings).toEqual([expect.stringContaining("'ws.message' was sent to")]);
    await hub.shutdown();
  });

  it('is nobody’s business in production (I10)', async () => {
    const { NODE_ENV } = process.env;
    process.env.NODE_ENV = 'production';
    const system = quiet();
    process.env.NODE_ENV = NODE_ENV;
    const warnings = collect(system.events$, ({ type }) => type);
    system.send(system.spawn(filtered), 'tpyo', 1);

    await settled(system);
    expect(warnings).toEqual(['spawned']);
  });
});
