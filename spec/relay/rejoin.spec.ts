import { describe, expect, it } from '@jest/globals';
import { ignoreElements, tap } from 'rxjs';
import {
  type Behavior,
  type ChildSpec,
  type Message,
  type Pid,
  type SuperviseOptions,
  supervise,
  terminateChild,
} from '../../lib/index.js';
import { ws } from '../../lib/protocol/index.js';
import { Hub } from '../../lib/relay/index.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { collect, idle, tables } from '../support/runtime.js';
import { type Connected, config, connectTo, frame } from './connected.js';

const told = ({ topic, payload }: Message): string => {
  const { data, rejoined } = payload as { data?: string; rejoined?: true };
  return [topic.slice(3), data, rejoined && 'again'].filter(Boolean).join(' ');
};

/** A room under a supervisor, by the name `lobby` and the id `room`; `boom`, `done` of a client end it. */
function scene(
  room: Partial<ChildSpec> = {},
  options: Partial<SuperviseOptions> = {},
  flowControl = true,
) {
  const system = testSystem();
  const hub = new Hub(system, { closeTimeout: '5s', flowControl });
  const log: string[] = [];
  const behavior: Behavior = (inbox, self) =>
    inbox.pipe(
      tap((message) => {
        log.push(told(message));
        const { data } = message.payload as { data?: string };
        if (data === 'boom') throw new Error('boom');
        if (data === 'done') self.exit('normal');
      }),
      ignoreElements(),
    );
  const { children: siblings = [], ...others } = options;
  const children = [{ id: 'room', name: 'lobby', behavior, ...room }, ...[siblings].flat()];
  const supervisor = system.spawn(supervise({ ...others, children }), { name: 'rooms' });
  const events = collect(system.events$);
  system.flush();
  const dropped = (): string[] =>
    events.flatMap((event) =>
      event.type === 'drop' || event.type === 'deadLetter'
        ? [`${event.type} ${event.reason} ${event.count}`]
        : [],
    );
  const join = (fields: object): Connected =>
    connectTo(hub, system, { ...config('lobby'), rejoin: 5_000, ...fields });
  return { system, hub, log, dropped, supervisor, join };
}

function say({ client }: Connected, ...texts: readonly string[]): void {
  for (const text of texts) client.next(frame(text));
}

/** The close frames that a client was sent, or the first text. */
const sent = ({ socket }: Connected): readonly string[] =>
  socket.actions.flatMap((action) =>
    action.type === 'close' ? [`${action.code} ${action.reason}`] : [],
  );

const byName = { target: 'lobby' };
const byPlace = { target: { supervisor: 'rooms', id: 'room' } };

describe('a connection whose target is started again', () => {
  it.each([
    { by: 'its name', fields: byName },
    { by: 'its place in a supervision tree', fields: byPlace },
  ])(
    'stays with who is known by $by, and loses but the frame of the crash (X9, X10)',
    ({ fields }) => {
      const { system, log, dropped, join } = scene();
      const ann = join(fields);
      const bob = join(fields);
      say(ann, 'a1', 'boom', 'a2', 'a3');
      say(bob, 'b1');
      system.flush();
      say(ann, 'a4');
      say(bob, 'b2');
      system.flush();

      expect(log).toEqual([
        'join',
        'join',
        'message a1',
        'message boom',
        'join again',
        'join again',
        'message a2',
        'message a3',
        'message b1',
        'message a4',
        'message b2',
      ]);
      expect(dropped()).toEqual([]);
      expect([sent(ann), sent(bob)]).toEqual([[], []]);
    },
  );

  it('gives frames back that were read into the mailbox, and those on their way to it (X10)', () => {
    const { system, log, join } = scene();
    const ann = join(byName);
    system.flush();
    const first = system.names.lookup('lobby') as Pid;
    system.terminate(first); // queued before the frames: they come to a process that has ended
    say(ann, '1', '2', '3');
    system.flush();

    expect(log).toEqual(['join', 'join again', 'message 1', 'message 2', 'message 3']);
  });

  it('is not read while it waits, and read on in order afterwards (X9)', () => {
    const { system, log, join } = scene({}, { backoff: { initial: '2s', jitter: 0 } });
    const ann = join(byPlace);
    say(ann, 'boom', '1');
    system.flush();
    say(ann, '2', '3');
    system.advance('1s');
    const waiting = [ann.socket.held, ann.socket.actions.map(({ type }) => type)];
    system.advance('1s');
    say(ann, '4');
    system.flush();

    expect(waiting).toEqual([2, ['pause']]);
    const messages = ['1', '2', '3', '4'].map((text) => `message ${text}`);
    expect(log).toEqual(['join', 'message boom', 'join again', ...messages]);
    expect(ann.socket.actions.map(({ type }) => type)).toEqual(['pause', 'resume']);
  });

  it('keeps the order where a successor crashes before it has read, without flow control as well (X9, X10)', () => {
    const { system, log, dropped, join } = scene(
      {},
      { backoff: { initial: '2s', jitter: 0 } },
      false,
    );
    const [ann, bob] = [join(byName), join(byName)];
    say(ann, 'boom', 'boom');
    say(bob, '1', '2');
    system.flush();
    say(bob, '3', '4');
    system.advance('10s');

    expect(log.filter((line) => /\d/.test(line))).toEqual([1, 2, 3, 4].map((n) => `message ${n}`));
    expect(dropped()).toEqual([]);
  });

  it('is handed over with all that its crashed target has not read, on its way to that or not (X4, X10)', () => {
    const { system, log, dropped, join } = scene();
    system.spawn(supervise({ children: [{ id: 'deaf', name: 'deaf', behavior: idle }] }));
    system.flush();
    const ann = join({ target: 'deaf' });
    say(ann, '1');
    system.flush();
    system.terminate(system.names.lookup('deaf') as Pid);
    system.send(ann.pid, ws.control, { target_name: 'lobby' });
    say(ann, '2', '3'); // on their way when the connection is handed over
    system.flush();
    say(ann, '4');
    system.flush();

    expect(log).toEqual(['join', ...['1', '2', '3', '4'].map((text) => `message ${text}`)]);
    expect(dropped()).toEqual(['drop unread 1']); // the first join
  });

  it('ends at once with a client that leaves while frames of it wait (X9, L6)', () => {
    const { system, dropped, join } = scene({}, { backoff: { initial: '2s', jitter: 0 } });
    const ann = join(byName);
    say(ann, 'boom');
    system.flush();
    say(ann, '1', '2');
    ann.client.next({ type: 'closing', code: 1000, reason: '', held: 2 });
    system.flush();
    const held = ann.socket.held;
    ann.client.next({ type: 'closed', code: 1000, reason: '' });
    system.flush();

    expect(held).toBe(0);
    expect(ann.exits).toEqual(['normal [object Object]']);
    expect(dropped()).toEqual(['deadLetter no process 2']);
  });

  it('is closed with 1011 at once when its supervisor gives up, what was kept is dead letters (X11)', () => {
    const { system, log, dropped, join } = scene({ restart: 'temporary' });
    const ann = join(byName);
    say(ann, 'boom', '1', '2');
    system.flush();

    expect(log).toEqual(['join', 'message boom']);
    expect(sent(ann)).toEqual(['1011 target process exited']);
    system.advance('5s');
    expect(dropped()).toEqual(['deadLetter no process 2']);
    expect(ann.exits).toEqual(['error connection closed: 1011 target process exited']);
  });

  it('is closed when the supervisor itself has ended (X11)', () => {
    const { system, supervisor, join } = scene();
    const ann = join(byPlace);
    system.flush();
    system.exit(supervisor, 'shutdown');
    system.advance('10s');

    expect(sent(ann)).toEqual(['1001 target process exited']);
  });

  it('stays with a sibling that is restarted beside the one that has crashed (X9)', () => {
    const crashing: ChildSpec = {
      id: 'other',
      name: 'other',
      behavior: (inbox) =>
        inbox.pipe(
          tap(() => {
            throw new Error('boom');
          }),
          ignoreElements(),
        ),
    };
    const { system, log, join } = scene({}, { strategy: 'one_for_all', children: [crashing] });
    const ann = join(byPlace);
    system.flush();
    system.send('other', 'x', 1);
    system.flush();
    say(ann, '1');
    system.flush();

    expect(log).toEqual(['join', 'join again', 'message 1']);
    expect(sent(ann)).toEqual([]);
  });

  it('is closed when the target is taken out of its supervisor (X11)', () => {
    const { system, supervisor, join } = scene();
    const ann = join(byName);
    system.flush();
    terminateChild(system, supervisor, 'room').subscribe();
    system.flush();

    expect(sent(ann)).toEqual(['1001 target process exited']);
  });

  it('waits no longer than it is to (X11)', () => {
    const { system, log, join } = scene({}, { backoff: { initial: '2s', jitter: 0 } });
    const [ann, bob] = [join({ ...byName, rejoin: 1_000 }), join(byName)];
    say(ann, 'boom');
    system.advance('1s');
    const closed = [ann, bob].map(sent);
    system.advance('1s');

    expect(closed).toEqual([['1011 target process exited'], []]);
    expect(log).toEqual(['join', 'join', 'message boom', 'join again']);
  });

  it('stays with whoever takes the name in time where no supervisor starts it again (X9, X11)', () => {
    const { system, hub, log, dropped } = scene({ name: 'elsewhere' });
    const crashes: Behavior = (inbox) =>
      inbox.pipe(
        tap((message) => {
          log.push(told(message));
          if ((message.payload as { data?: string }).data === 'boom') throw new Error('boom');
        }),
        ignoreElements(),
      );
    system.spawn(crashes, { name: 'lone' });
    const join = (rejoin: number) => connectTo(hub, system, { ...config('lone'), rejoin });
    const [ann, bob] = [join(1_000), join(10_000)];
    say(ann, 'boom', 'a');
    say(bob, 'b');
    system.advance('2s');
    system.spawn(crashes, { name: 'lone' });
    system.flush();

    expect(sent(ann)).toEqual(['1011 target process exited']);
    expect(sent(bob)).toEqual([]);
    expect(log).toEqual(['join', 'join', 'message boom', 'join again', 'message b']);
    system.advance('10s');
    expect(dropped()).toEqual(['deadLetter no process 1']);
  });

  it('counts what others have sent as lost, as ever (M10)', () => {
    const { system, dropped, join } = scene();
    const ann = join(byName);
    system.flush();
    say(ann, 'boom', '1');
    for (const n of [1, 2, 3]) system.send('lobby', 'other', n);
    system.flush();

    expect(dropped()).toEqual(['drop ended 3']);
  });

  it('leaves nothing behind (N5)', () => {
    const { system, hub, join } = scene();
    const before = tables(system);
    const all = [byName, byPlace].map((fields) => join(fields));
    system.flush();
    say(all[0] as Connected, 'boom');
    system.flush();
    for (const { client } of all) client.next({ type: 'closed', code: 1000, reason: '' });
    system.flush();

    expect(hub.count).toBe(0);
    expect(tables(system)).toEqual(before);
    expect(system.names.lookup('lobby')).toBeDefined();
  });

  it('may be the one that tells the next target of it: its join says `rejoined` (L3)', () => {
    const { system, hub } = scene();
    const joins: unknown[] = [];
    system.spawn(
      (inbox) =>
        inbox.pipe(
          tap(({ payload }) => joins.push(payload)),
          ignoreElements(),
        ),
      {
        name: 'next',
      },
    );
    const ann = connectTo(hub, system, { ...config('next'), rejoin: 5_000 });
    system.send(ann.pid, ws.control, { target_name: 'lobby' });
    system.flush();

    expect(joins[0]).toEqual({ client_pid: ann.pid, metadata: {} });
  });
});
