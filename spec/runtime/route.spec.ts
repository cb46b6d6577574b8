import { describe, expect, it } from '@jest/globals';
import { type Exit, ProcessError, send } from '../../lib/index.js';
import {
  type Foreign,
  type Kernel,
  kernelOf,
  type Link,
  type Monitor,
  type Peer,
  type Route,
  type Signal,
} from '../../lib/runtime/index.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { Clock, collect, idle, quiet, reads, within } from '../support/runtime.js';

const THERE = '{b~1@main|0x00001}';

/** A process of another node that writes down what it is given. */
class Recorder implements Foreign {
  readonly pid = THERE;
  readonly links = new Map<Peer, Link>();
  readonly trapLinks = true;
  readonly ended = false;
  readonly running = true;
  readonly mailbox = {
    isOpen: true,
    isBusy: false,
    aboveHighMark: false,
    waitForRoom: () => () => {},
  };
  readonly log: unknown[] = [];
  readonly monitors: Monitor[] = [];
  refusal: ProcessError | undefined;

  constructor(readonly kernel: Kernel) {}

  get queue() {
    return this.kernel.queue;
  }
  accept({ topic, payload, from }: { topic: string; payload: unknown; from: unknown }): boolean {
    this.log.push(['send', topic, payload, from]);
    return true;
  }
  offer(): undefined {}
  ask({ topic }: { topic: string }): ProcessError | undefined {
    this.log.push(['ask', topic]);
    return this.refusal;
  }
  watchedBy(monitor: Monitor): void {
    this.log.push(['watch', monitor.isDirect]);
    this.monitors.push(monitor);
  }
  unwatchedBy(): void {
    this.log.push(['unwatch']);
  }
  receive({ signal }: Signal): void {
    this.log.push([signal]);
  }
}

/** A system with a route to one process, and what the route was asked. */
function routed() {
  const system = testSystem({ node: 'a~1' });
  const kernel = system[kernelOf];
  const there = new Recorder(kernel);
  const asked: string[] = [];
  const route: Route = {
    find: (to) => {
      asked.push(to);
      return to === THERE || to === '@mail' ? there : undefined;
    },
    ownerOf: (name) => (name === '@own' ? kernel.names.find('own')?.pid : undefined),
    absence: (to) => ({ type: to.startsWith('{b~0@') ? 'noproc' : 'noconnection' }),
    cast: () => 0,
    close: async (millis) => void asked.push(`close ${millis}`),
  };
  kernel.route = route;
  return { system, kernel, there, asked };
}

describe('the route of a kernel', () => {
  it('is asked only where the look-up here has found nobody (D72)', () => {
    const { system, asked } = routed();
    const pid = system.spawn(idle, { name: 'here' });
    system.send(pid, 'hi');
    system.send('here', 'hi');
    system.monitor(pid).subscribe();
    system.exit(pid, 'normal');
    expect(asked).toEqual([]);

    system.send(THERE, 'hi');
    expect(asked).toEqual([THERE]);
  });

  it('takes messages in the call of who sends, with the sender (D20, D27)', () => {
    const { system, there } = routed();
    expect(system.send(THERE, 'hi', 1)).toBe(true);
    expect(system.send('@mail', 'hi', 2)).toBe(true);
    const pid = system.spawn((_, self) => {
      self.send(THERE, 'hi', 3);
      return [send(THERE, 'hi', 4)];
    });
    system.flush();

    expect(there.log).toEqual([
      ['send', 'hi', 1, undefined],
      ['send', 'hi', 2, undefined],
      ['send', 'hi', 3, pid],
      ['send', 'hi', 4, pid],
    ]);
  });

  it('leads an @ name of a process here to it (D40)', () => {
    const { system, asked } = routed();
    const log: unknown[] = [];
    system.spawn(reads(log), { name: 'own' });
    expect(system.send('@own', 'hi', 1)).toBe(true);
    system.flush();
    expect(log).toEqual(['hi 1']);
    expect(asked).toEqual([]);
  });

  it('has its monitors there, and one of a call, whose question is the watch (D29, D32)', () => {
    const { system, kernel, there } = routed();
    const exits: Exit[] = [];
    system.monitor(THERE).subscribe((exit) => exits.push(exit));
    const call = system.call(THERE, 'ask').subscribe({ error: () => {} });
    expect(there.log).toEqual([
      ['watch', false],
      ['watch', true],
      ['ask', 'ask'],
    ]);

    call.unsubscribe();
    expect(there.log.at(-1)).toEqual(['unwatch']);
    there.monitors[0]?.fire(kernel.queue, THERE, 5, { type: 'noconnection' });
    system.flush();
    expect(exits).toMatchObject([{ from: THERE, at: 5, reason: { type: 'noconnection' } }]);
  });

  it('refuses a question with an error of its own (D29)', () => {
    const { system, there } = routed();
    there.refusal = new ProcessError('Invalid', 'payload.run is a function');
    const errors: unknown[] = [];
    system.call(THERE, 'ask').subscribe({ error: (error) => errors.push(error) });
    expect(errors).toEqual([there.refusal]);
  });

  it('gets signals and links in their turn (D34, D35)', () => {
    const { system, there } = routed();
    system.spawn((_, self) => {
      self.link(THERE);
      self.unlink(THERE);
      return [];
    });
    expect(system.exit(THERE, 'shutdown')).toBe(true);
    expect(system.cancel(THERE)).toBe(true);
    expect(system.terminate(THERE)).toBe(true);
    expect(there.log).toEqual([]);

    system.flush();
    expect(there.log).toEqual([['exit'], ['cancel'], ['kill'], ['link'], ['unlink']]);
  });

  it('says why nobody is there (D3, D27)', () => {
    const { system } = routed();
    const events: string[] = [];
    system.events$.subscribe((event) => {
      if (event.type === 'deadLetter') events.push(`${event.to} ${event.reason}`);
    });
    const reasons = ['{b~0@main|0x1}', '{c~1@main|0x1}', '@nobody', 'nobody'].map((to) =>
      collect(system.monitor(to), ({ reason }) => reason.type),
    );
    expect(system.send('{c~1@main|0x1}', 'hi')).toBe(false);
    expect(system.send('{b~0@main|0x1}', 'hi')).toBe(false);
    system.flush();

    expect(reasons).toEqual([['noproc'], ['noconnection'], ['noproc'], ['noproc']]);
    expect(events).toEqual(['{c~1@main|0x1} no node', '{b~0@main|0x1} no process']);
  });

  it('is not for what only the own node of a process can do (D37)', () => {
    const { system } = routed();
    expect(system.info(THERE)).toBeUndefined();
    expect(() => system.names.register('x', THERE)).toThrow('is on another node');
    expect(() => system.groups.join('x', THERE)).toThrow('is on another node');
    expect(collect(system.trace(THERE))).toEqual([]);
  });

  it('is closed behind the last process, with the time that is left (D64)', async () => {
    const { kernel, asked } = routed();
    const scheduler = new Clock();
    const system = quiet({ scheduler });
    const pid = system.spawn(idle);
    system[kernelOf].route = kernel.route;
    system[kernelOf].dependents.add(
      () => new Promise((resolve) => scheduler.schedule(() => resolve(), 60)),
    );
    system.monitor(pid).subscribe(() => asked.push('exit'));
    const down = system.shutdown({ timeout: '3s' });
    scheduler.advance(60);
    await within(down);
    expect(asked).toEqual(['exit', 'close 2940']);
  });
});
