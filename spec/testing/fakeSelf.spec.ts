import { describe, expect, it } from '@jest/globals';
import { EMPTY, interval, map, merge, mergeMap, NEVER, of, tap } from 'rxjs';
import {
  type Behavior,
  broadcast,
  done,
  type Exit,
  exit,
  type GroupEvent,
  send,
  topic,
  upgrade,
} from '../../lib/index.js';
import { fakeSelf, message } from '../../lib/testing/index.js';
import { marbles } from '../support/marbles.js';

const tick = topic<number>('tick');
const peer = '{main|0x00002}';
const exited: Exit = {
  kind: 'pid.exit',
  from: peer,
  at: 3,
  ref: 1,
  reason: { type: 'normal' },
  result: { value: undefined },
};

describe('fakeSelf', () => {
  it('has a PID, no arguments, no signals, and a signal that has not aborted', () => {
    const self = fakeSelf();

    expect(self.pid).toBe('{main|0x00001}');
    expect(self.args).toEqual([]);
    expect(self.signals$).toBe(NEVER);
    expect(self.abortSignal.aborted).toBe(false);
  });

  it('records sends as commands, and answers true', () => {
    const self = fakeSelf();

    expect(self.send(peer, tick, 1)).toBe(true);
    expect(self.send('name', tick, 2)).toBe(true);
    expect(self.sent).toEqual([send(peer, tick, 1), send('name', tick, 2)]);
  });

  it('answers a send as it is told, and records it all the same', () => {
    const self = fakeSelf({ send: (to) => to !== peer });

    expect(self.send(peer, tick, 1)).toBe(false);
    expect(self.sent).toHaveLength(1);
  });

  it('records an exit, aborts, and sends nothing afterwards (E3)', () => {
    const self = fakeSelf();
    self.exit('kill');
    self.exit('normal');

    expect(self.send(peer, tick, 1)).toBe(false);
    expect(self.sent).toEqual([exit('kill')]);
    expect(self.abortSignal.aborted).toBe(true);
  });

  it('records an upgrade and aborts, as the old body sees it (U3)', () => {
    const self = fakeSelf();
    self.upgrade('next', 7);
    self.send(peer, tick, 1);

    expect(self.sent).toEqual([upgrade('next', 7), send(peer, tick, 1)]);
    expect(self.abortSignal.aborted).toBe(true);
  });

  it(
    'ends its body with an upgrade, by command or by self (U3)',
    marbles(({ hot, run, expectObservable, expectSubscriptions }) => {
      const inbox = hot('  -1-1', { '1': message(tick, 1) });
      const sub = '        ^!';
      const byCommand = '  -(u|)';
      const bySelf = '     -|';
      const values = { u: upgrade('next') };

      const self = fakeSelf();
      const upgradesItself = tap(() => self.upgrade('next'));
      expectObservable(run(() => inbox.pipe(map(() => values.u)), inbox)).toBe(byCommand, values);
      expectObservable(
        run(
          () =>
            inbox.pipe(
              upgradesItself,
              map(() => values.u),
            ),
          inbox,
          self,
        ),
      ).toBe(bySelf);
      expectSubscriptions(inbox.subscriptions).toBe([sub, sub]);
    }),
  );

  it(
    'shows when it sent',
    marbles(({ hot, run, expectObservable }) => {
      const inbox = hot('  -1-2', { '1': message(tick, 1), '2': message(tick, 2) });
      const expected = '   -a-b';
      const values = { a: send(peer, tick, 1), b: send(peer, tick, 2) };

      const self = fakeSelf();
      const forward: Behavior = (inbox, self) =>
        inbox.pipe(map((m) => void self.send(peer, tick, m.payload as number)));

      expectObservable(run(forward, inbox, self)).toBe('-');
      expectObservable(self.sent$).toBe(expected, values);
    }),
  );

  it(
    'monitors as it is told, by PID or name; anybody else lives for ever',
    marbles(({ cold, run, expectObservable, expectSubscriptions }) => {
      const down = cold('  ---(x|)', { x: exited });
      const subs = '       ^--!';
      const expected = '   ---(d|)';

      const self = fakeSelf({ monitor: { [peer]: down } });
      const watch: Behavior = (_, self) => self.monitor(peer).pipe(map((e) => done(e.from)));

      expectObservable(run(watch, NEVER, self)).toBe(expected, { d: done(peer) });
      expectSubscriptions(down.subscriptions).toBe(subs);
      expect(self.monitor('{main|0x00003}')).toBe(NEVER);
    }),
  );

  it('keeps links, names and the trap', () => {
    const self = fakeSelf({ spawn: () => ({ pid: peer, exit$: NEVER }) });
    self.link('a');
    self.link('b');
    self.unlink('a');
    self.spawnLinked('app:worker');
    self.register('me');
    self.setOptions({ trapLinks: true });

    expect([...self.links]).toEqual(['b', peer]);
    expect([...self.names]).toEqual(['me']);
    expect(self.trapLinks).toBe(true);
  });

  it('keeps the groups it joins, once for each join (G2)', () => {
    const self = fakeSelf();
    self.join('g');
    self.join('g', { scope: 'other' });
    self.join('g');
    self.leave('g');

    expect(self.groups).toEqual([{ group: 'g' }, { group: 'g', scope: 'other' }]);
    self.leave('g', { scope: 'other' });
    self.leave('g');
    expect(() => self.leave('g')).toThrow(expect.objectContaining({ code: 'NotFound' }));
    self.exit('normal');
    expect(() => self.leave('g')).not.toThrow();
  });

  it(
    'watches groups as it is told, and shows a broadcast as the command it is',
    marbles(({ hot, cold, run, expectObservable }) => {
      const joined: GroupEvent = {
        system: 'pg',
        kind: 'member.joined',
        path: 'g',
        data: { Group: 'g', PIDs: [peer] },
      };
      const inbox = hot('  -1---', { '1': message(tick, 1) });
      const change = cold('---j-', { j: joined });
      const expected = '   -b-w-';
      const values = { b: broadcast('g', tick, 1), w: send(peer, tick, 1) };

      const self = fakeSelf({ monitorGroup: { g: change } });
      const greet: Behavior = (inbox, self) =>
        merge(
          inbox.pipe(map((m) => broadcast('g', tick, m.payload as number))),
          self.monitorGroup('g').pipe(map(({ data }) => send(data.PIDs[0] as string, tick, 1))),
        );

      expectObservable(run(greet, inbox, self)).toBe(expected, values);
      expect(self.monitorGroup('h')).toBe(NEVER);
    }),
  );

  it('spawns, calls and listens as it is told', () => {
    const spawned = { pid: peer, exit$: EMPTY };
    const heard = of(message(tick, 1));
    const answer = of(42);
    const asked: unknown[] = [];
    const self = fakeSelf({
      spawn: (...args) => {
        asked.push(args);
        return spawned;
      },
      call: (...args) => {
        asked.push(args);
        return answer;
      },
      listen: { 'tick.*': heard },
    });

    expect(self.spawn('id', { name: 'n' })).toBe(peer);
    expect(self.spawnMonitored('id')).toBe(spawned);
    expect(self.call(peer, tick, 1, { timeout: 5 })).toBe(answer);
    expect(self.listen('tick.*')).toBe(heard);
    expect(asked).toEqual([
      ['id', { name: 'n' }],
      ['id', undefined],
      [peer, 'tick', 1, { timeout: 5 }],
    ]);
  });

  const worker: Behavior = () => EMPTY;
  it.each<{ what: string; text: string; behavior: Behavior }>([
    {
      what: 'spawn',
      text: 'unexpected spawn of worker; pass { spawn: () =>',
      behavior: (_, self) => of(send(self.spawn(worker), tick, 1)),
    },
    {
      what: 'call',
      text: 'unexpected call of {main|0x00002} with tick; pass { call: (to,',
      behavior: (_, self) => self.call(peer, tick, 1).pipe(mergeMap(() => EMPTY)),
    },
    {
      what: 'listen',
      text: "unexpected listen on tick.**; pass { listen: { 'tick.**': hot(",
      behavior: (_, self) => self.listen('tick.**').pipe(mergeMap(() => EMPTY)),
    },
  ])('throws on a $what that nobody answers, naming what to pass', ({ text, behavior }) => {
    expect(() => behavior(NEVER, fakeSelf())).toThrow(`fakeSelf: ${text}`);
  });

  it(
    'has a clock that is virtual in a diagram',
    marbles(({ run, hot, expectObservable }) => {
      const expected = '--x-x';
      const beat: Behavior = (_inbox, self) =>
        interval(2, self.scheduler).pipe(map(() => send('x', 'beat', undefined)));

      expectObservable(run(beat, hot('-'), fakeSelf()), '^----!').toBe(expected, {
        x: send('x', 'beat', undefined),
      });
    }),
  );
});
