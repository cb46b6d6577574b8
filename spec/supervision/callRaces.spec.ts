import { describe, expect, it } from '@jest/globals';
import { map, NEVER, throwError } from 'rxjs';
import {
  type Behavior,
  reply,
  restartChild,
  startChild,
  terminateChild,
  whichChildren,
} from '../../lib/index.js';
import { collect, tables } from '../support/runtime.js';
import { child, children, stage, stubborn } from './support.js';

const STEADY = { jitter: 0 };
const OFTEN = { intensity: 100 };

describe('a call', () => {
  it('waits in the mailbox, whose bound counts it (M11, M12)', () => {
    const { system, supervise, look } = stage({ mailbox: { capacity: 3 } });
    supervise({ children: [child('a', { behavior: stubborn })] });
    look();
    const codes: string[] = [];
    terminateChild(system, 'top', 'a').subscribe();
    look();
    for (let i = 0; i < 5; i++) {
      whichChildren(system, 'top').subscribe({
        next: () => codes.push('answered'),
        error: ({ code }) => codes.push(code),
      });
      // One that was taken out of the mailbox while there is work would make room for another.
      look();
    }
    expect(codes).toEqual(['Unavailable', 'Unavailable']);
    system.advance(5_000);

    expect(codes.slice(2)).toEqual(['answered', 'answered', 'answered']);
  });

  it('for a further child waits while a group is restarted (V7)', () => {
    const { system, supervise, look } = stage();
    supervise({
      strategy: 'one_for_all',
      children: [child('a', { behavior: stubborn }), child('b')],
    });
    look();
    system.exit('b', new Error('boom'));
    expect(look()).toEqual(['-b error boom']);
    const pids = collect(startChild(system, 'top', child('c')));
    expect([look(), pids]).toEqual([[], []]);
    system.advance(5_000);

    expect([look(), pids.length]).toEqual([['-a killed', '+a', '+b', '+c'], 1]);
  });

  it('while a supervisor starts is answered when it has (V4, V7)', () => {
    const { system, supervise, look } = stage();
    supervise({ children: children('ab') });
    const seen = collect(whichChildren(system, 'top'), (all) => all.map(({ id }) => id));
    look();

    expect(seen).toEqual([['a', 'b']]);
  });

  it('ends with Unavailable when the supervisor ends first (M13)', () => {
    const { system, supervise, look } = stage();
    supervise({ children: [child('a', { behavior: stubborn })] });
    look();
    const codes: string[] = [];
    terminateChild(system, 'top', 'a').subscribe({ error: ({ code }) => codes.push(code) });
    look();
    system.terminate('top');
    look();

    expect(codes).toEqual(['Unavailable']);
  });

  it('to terminate a child that falls before its turn has come is no restart (V7)', () => {
    const { system, supervise, look } = stage();
    const c = child('c', { behavior: stubborn });
    supervise({ strategy: 'rest_for_one', children: [child('a'), child('b'), c], ...OFTEN });
    look();
    system.exit('b', new Error('boom'));
    look();
    const done: string[] = [];
    terminateChild(system, 'top', 'a').subscribe({ complete: () => done.push('a') });
    look();
    system.exit('a', new Error('boom'));
    system.advance(5_000);

    expect([look(), done]).toEqual([['-a error boom', '-c killed', '+b', '+c'], ['a']]);
  });

  it('to terminate a child in its back-off ends that, and those that waited with it come back (V6, V7)', () => {
    const { system, supervise, look, crash } = stage();
    supervise({ strategy: 'rest_for_one', children: children('abc'), backoff: STEADY });
    look();
    crash('b');
    terminateChild(system, 'top', 'b').subscribe();
    expect(look()).toEqual(['+c']);
    system.advance('1m');

    expect(look()).toEqual([]);
  });

  it('to restart a running child changes nothing (V7)', () => {
    const { system, supervise, look } = stage();
    supervise({ children: children('a') });
    look();
    restartChild(system, 'top', 'a').subscribe({ error: () => {} });

    expect(look()).toEqual([]);
  });

  it('to terminate a child whose failed restart is to be tried again forestalls it (V2, V7)', () => {
    const { system, supervise, look } = stage();
    let starts = 0;
    const flaky: Behavior = () => {
      if (++starts === 1) return NEVER;
      terminateChild(system, 'top', 'a').subscribe();
      return throwError(() => new Error('again'));
    };
    supervise({ children: [child('a', { behavior: flaky })], ...OFTEN });
    look();
    system.exit('a', new Error('boom'));

    expect(look()).toEqual(['-a error boom', '+a', '-a error again']);
  });
});

describe('startChild', () => {
  it('while the supervisor stops is Unavailable, and starts nobody (V7, M13)', () => {
    const { system, supervise, look } = stage();
    supervise({ children: [child('a', { behavior: stubborn })] });
    look();
    const codes: string[] = [];
    const start = (id: string): void => {
      startChild(system, 'top', child(id)).subscribe({ error: ({ code }) => codes.push(code) });
    };
    system.cancel('top');
    start('b');
    look();
    start('c');
    expect([look(), codes]).toEqual([[], []]);
    system.advance('5s');

    expect([look(), codes]).toEqual([
      ['-a killed', '-top shutdown'],
      ['Unavailable', 'Unavailable'],
    ]);
    expect(tables(system).calls).toBe(0);
  });

  it('while a group waits for its back-off starts one that does not wait, once (V5, V7)', () => {
    const { system, supervise, look, crash } = stage();
    supervise({ strategy: 'one_for_all', children: children('ab'), backoff: STEADY });
    look();
    crash('a');
    startChild(system, 'top', child('c')).subscribe();
    expect(look()).toEqual(['+c']);
    system.advance('1s');

    expect(look()).toEqual(['+a', '+b']);
  });

  it('in the turn in which the supervisor is killed leaves no child behind (V7)', () => {
    const { system, supervise, look } = stage();
    supervise({ children: [] });
    look();
    const codes: string[] = [];
    startChild(system, 'top', child('a')).subscribe({ error: ({ code }) => codes.push(code) });
    system.terminate('top');

    expect([look(), codes]).toEqual([['+a', '-top killed', '-a shutdown'], ['Unavailable']]);
    expect(system.processes()).toEqual([]);
  });
});

describe('a call to a child', () => {
  it('by name that is restarted in the same turn is for the one that was there (M13, V1)', () => {
    const { system, supervise, look } = stage();
    const answers: Behavior = (inbox, self) =>
      inbox.pipe(map((message) => reply(message, self.pid)));
    supervise({ children: [child('a', { behavior: answers })], ...OFTEN });
    look();
    const first = system.names.lookup('a');
    const log: unknown[] = [];
    const ask = (): void => {
      system
        .call('a', 'who', 0)
        .subscribe({ next: (pid) => log.push(pid === first), error: ({ code }) => log.push(code) });
    };
    ask();
    system.exit('a', new Error('boom'));
    ask();
    look();
    ask();
    look();

    expect(log).toEqual([true, 'Unavailable', false]);
  });
});
