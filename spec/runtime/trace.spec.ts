import { describe, expect, it } from '@jest/globals';
import { ignoreElements, map, NEVER, of, take, timer } from 'rxjs';
import {
  act,
  type Behavior,
  done,
  ProcessError,
  reply,
  type Self,
  send,
  type TraceEvent,
} from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { brief, collect, idle, reads } from '../support/runtime.js';

/** An event in a few words. */
function show(event: TraceEvent): string {
  switch (event.type) {
    case 'spawned':
      return `spawned ${event.behavior}`;
    case 'arrived':
    case 'received':
      return `${event.type} ${event.message.topic}`;
    case 'emitted':
      return `emitted ${event.command.type}`;
    case 'sent':
      return `sent ${event.command.type} ${event.taken}`;
    case 'called':
      return `called ${event.to} ${event.topic}`;
    case 'answered':
      return `answered by ${event.by} ${event.payload}`;
    case 'asked':
      return `asked ${event.what} ${event.target}`;
    case 'signal':
      return `signal ${event.signal.kind}`;
    case 'exited':
      return `exited ${brief(event.reason)}`;
    default:
      return event.type;
  }
}

const echo: Behavior = (inbox) => inbox.pipe(map((m) => send(m.from ?? 'nobody', 'echo', 1)));

describe('system.trace', () => {
  it('tells what comes and goes, each with its time, and completes with the exit (I2)', () => {
    const system = testSystem();
    const pid = system.spawn((inbox, self) => {
      self.send('nobody', 'hello', 1);
      return inbox.pipe(act(() => timer(5, system.scheduler).pipe(map(() => done(1)))));
    });
    const log: string[] = [];
    system.trace(pid).subscribe({
      next: (event) => log.push(`${event.at} ${show(event)} ${event.pid === pid}`),
      complete: () => log.push('complete'),
    });
    system.advance(1);
    system.send(pid, 'one', 1);
    system.send(pid, 'two', 2);
    system.advance(10);

    expect(log).toEqual([
      '0 started true',
      '0 sent send false true',
      '1 arrived one true',
      '1 received one true',
      '1 arrived two true',
      '6 emitted done true',
      '6 exited normal 1 true',
      'complete',
    ]);
  });

  it('tells the signals, raw and as what the process is told (I2)', () => {
    const system = testSystem();
    const friend = system.spawn(idle);
    const pid = system.spawn((_inbox, self) => {
      self.setOptions({ trapLinks: true });
      self.link(friend);
      self.monitor(friend).subscribe();
      self.signals$.subscribe();
      return NEVER;
    });
    const log = collect(system.trace(pid), show);
    system.flush();
    system.spawn((_inbox, self) => {
      self.link(pid);
      self.unlink(pid);
      return NEVER;
    });
    system.cancel(pid, { reason: 'please' });
    system.exit(friend, new Error('boom'));
    system.flush();
    system.terminate(pid);
    system.flush();

    expect(log).toEqual([
      'started',
      `asked link ${friend}`,
      `asked monitor ${friend}`,
      'signal pid.cancel',
      'signal link',
      'signal unlink',
      'signal pid.exit',
      'signal exit',
      'signal pid.link.down',
      'signal kill',
      'exited killed',
    ]);
  });

  it('tells what is asked of self: calls with their replies, spawns, listens, names, groups (I2)', () => {
    const system = testSystem();
    const answerer = system.spawn((inbox) => inbox.pipe(map((m) => reply(m, 42))));
    const log = collect(system.trace('asker'), show);
    system.spawn(
      (_inbox, self) => {
        self.register('me');
        self.spawn(idle);
        self.listen('x').subscribe();
        self.join('g');
        self.monitorGroup('g').subscribe();
        self.leave('g');
        self.call(answerer, 'what', 1).subscribe(() => self.exit('shutdown'));
        return NEVER;
      },
      { name: 'asker' },
    );
    system.flush();

    expect(log).toEqual([
      'spawned anonymous',
      'started',
      'asked register me',
      'asked spawn {main|0x00003}',
      'asked listen x',
      'asked join g',
      'asked monitorGroup g',
      'asked leave g',
      `called ${answerer} what`,
      'answered by {main|0x00001} 42',
      'sent exit true',
      'exited shutdown',
    ]);
  });

  it('covers by a pattern who has or gets such a name or behaviour, and stays open (I3)', () => {
    const system = testSystem();
    const log: string[] = [];
    system.spawn(idle, { name: 'room.one' });
    system.define('room.chat', echo);
    system.trace('room.*').subscribe({
      next: (event) => log.push(`${event.pid.slice(-2, -1)} ${show(event)}`),
      complete: () => log.push('complete'),
    });
    system.spawn(idle, { name: 'hall.one' });
    system.spawn('room.chat', { name: 'room.two' });
    const late = system.spawn(idle);
    system.flush();
    system.names.register('room.late', late);
    for (const name of ['room.one', 'hall.one', 'room.two', 'room.late']) system.terminate(name);
    system.flush();

    expect(log).toEqual([
      '3 spawned room.chat',
      '1 started',
      '3 started',
      '1 signal kill',
      '1 exited killed',
      '3 signal kill',
      '3 exited killed',
      '4 signal kill',
      '4 exited killed',
    ]);
  });

  it('goes on through an upgrade, and covers who is upgraded to such a behaviour (I2, I3, U2)', () => {
    const system = testSystem();
    system.define('next', echo);
    const pid = system.spawn((inbox, self) => inbox.pipe(map(() => self.upgrade('next'))));
    system.flush();
    const logs = [pid, 'next'].map((target) => collect(system.trace(target), show));
    for (const topic of ['a', 'b']) system.send(pid, topic, 1);
    system.flush();

    const later = ['started', 'received b', 'emitted send'];
    const before = ['arrived a', 'received a', 'asked upgrade next', 'arrived b'];
    expect(logs).toEqual([[...before, ...later], later]);
  });

  it('may be what ends the process, as it is told of a message (I4)', () => {
    const system = testSystem();
    const errors = collect(system.events$, ({ type }) => type);
    let me: Self | undefined;
    const pid = system.spawn((inbox, self) => {
      me = self;
      return inbox.pipe(ignoreElements());
    });
    system.trace(pid).subscribe(({ type }) => type === 'received' && me?.exit('shutdown'));
    system.flush();
    system.send(pid, 'x', 1);
    system.flush();

    expect(errors).toEqual(['spawned', 'exited', 'drop']);
  });

  it('is many at a time, and each gives back what it took (I4)', () => {
    const system = testSystem();
    const pid = system.spawn(echo, { name: 'echo' });
    const [one, two, all] = [system.trace(pid), system.trace(pid), system.trace('echo')];
    const logs: string[][] = [[], [], []];
    const subscriptions = [one, two, all].map((trace$, i) =>
      trace$.subscribe((event) => logs[i]?.push(event.type)),
    );
    const isTraced = () => system[kernelOf].processes.get(pid)?.tracer !== undefined;
    system.flush();
    const seen = [isTraced()];
    subscriptions[0]?.unsubscribe();
    system.send(pid, 'x', 1);
    system.flush();
    for (const subscription of subscriptions) subscription.unsubscribe();
    seen.push(isTraced());
    system.spawn(echo, { name: 'other' });
    system.send(pid, 'x', 1);
    system.flush();

    const message = ['arrived', 'received', 'emitted'];
    expect([logs, seen]).toEqual([
      [['started'], ['started', ...message], ['started', ...message]],
      [true, false],
    ]);
  });

  it('gives back also a watch that leaves within its own event (I4)', () => {
    const system = testSystem();
    const pid = system.spawn(echo);
    const log = collect(system.trace(pid).pipe(take(1)), show);
    const rest = collect(system.trace(pid), show);
    system.terminate(pid);
    system.flush();

    expect([log, rest]).toEqual([['started'], ['started', 'signal kill', 'exited killed']]);
  });

  it('completes at once when nobody is there (I2)', () => {
    const log: string[] = [];
    const system = testSystem();
    system.trace('{main|0x00009}').subscribe({ complete: () => log.push('complete') });

    expect(log).toEqual(['complete']);
  });

  it('leaves the process alone when a subscriber throws: that is a warning (I4)', () => {
    const system = testSystem();
    const pid = system.spawn(() => of(send('nobody', 'x', 1), done('fine')));
    const exits = collect(system.monitor(pid), ({ reason }) => brief(reason));
    const warnings = collect(system.events$, (event) => event.type === 'warning' && event.code);
    system.trace(pid).subscribe(() => {
      throw new Error('mine');
    });
    system.flush();

    expect(exits).toEqual(['normal fine']);
    expect(warnings.filter(Boolean)).toEqual(['trace', 'trace', 'trace', 'trace']);
  });

  it('gives payloads by reference, as the reader gets them (I4)', () => {
    const system = testSystem();
    const payload = { n: 1 };
    const pid = system.spawn(reads([]));
    const seen = collect(system.trace(pid), (event) =>
      event.type === 'received' ? event.message.payload : undefined,
    );
    system.send(pid, 'x', payload);
    system.flush();

    expect(seen.includes(payload)).toBe(true);
  });

  it.each(['', 'a.**.b', 1])('refuses %p (I3)', (target) => {
    expect(() => testSystem().trace(target as string)).toThrow(ProcessError);
  });
});
