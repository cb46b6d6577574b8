import { describe, expect, it } from '@jest/globals';
import { type Observable, throwError } from 'rxjs';
import {
  type Behavior,
  deleteChild,
  ProcessError,
  restartChild,
  type Self,
  startChild,
  supervise,
  terminateChild,
  whichChildren,
} from '../../lib/index.js';
import { child, children, idle, type Stage, stage, stubborn } from './support.js';

/** What a call has come to by now: a value, an error as `code message`, or nothing yet. */
function outcome(source: Observable<unknown>): { readonly now: unknown } {
  const seen: { now: unknown } = { now: 'pending' };
  source.subscribe({
    next: (value) => {
      seen.now = value;
    },
    error: (error) => {
      const { code, message, existing_pid } = error as ProcessError;
      seen.now = `${code} ${message}${existing_pid === undefined ? '' : ` (${existing_pid})`}`;
    },
  });
  return seen;
}

const result = ({ system }: Stage, source: Observable<unknown>): unknown => {
  const seen = outcome(source);
  system.flush();
  return seen.now;
};

const failing: Behavior = () => throwError(() => new Error('boom'));

function staged(...args: Parameters<typeof children>): Stage {
  const at = stage();
  at.supervise({ children: children(...args) });
  at.look();
  return at;
}

const statuses = (at: Stage): unknown =>
  (result(at, whichChildren(at.system, 'top')) as { id: string; status: string }[]).map(
    ({ id, status }) => `${id} ${status}`,
  );

describe('startChild', () => {
  it('starts a further child as the last one, and emits its PID (V7)', () => {
    const at = staged('a');

    expect(result(at, startChild(at.system, 'top', child('b')))).toBe('{main|0x00003}');
    expect([at.look(), statuses(at)]).toEqual([['+b'], ['a running', 'b running']]);
    expect(at.crash('b')).toEqual(['-b error boom', '+b']);
  });

  it.each<{ what: string; spec: unknown }>([
    { what: 'nothing', spec: undefined },
    { what: 'a number', spec: 7 },
    {
      what: 'what throws when it is looked at',
      spec: new Proxy(
        {},
        {
          get: () => {
            throw new Error('no');
          },
        },
      ),
    },
    { what: 'a symbol for a restart type', spec: { ...child('b'), restart: Symbol('s') } },
  ])('refuses $what, and the supervisor lives (V7)', ({ spec }) => {
    const at = staged('a');

    expect(result(at, startChild(at.system, 'top', spec as never))).toMatch(/^Invalid /);
    expect(statuses(at)).toEqual(['a running']);
  });

  it('works from a process, too (V7)', () => {
    const at = staged('a');
    const seen: unknown[] = [];
    at.system.spawn((inbox, self: Self) => {
      startChild(self, 'top', child('b')).subscribe((pid) => seen.push(pid));
      return idle(inbox, self);
    });
    at.system.flush();

    expect(seen).toEqual([at.system.names.lookup('b')]);
  });

  it('is refused for an id that is already started, or already present (V7)', () => {
    const at = staged('a');
    expect(result(at, startChild(at.system, 'top', child('a')))).toBe(
      'AlreadyExists child a is already started: {main|0x00002} ({main|0x00002})',
    );

    result(at, terminateChild(at.system, 'top', 'a'));
    expect(result(at, startChild(at.system, 'top', child('a')))).toBe(
      'AlreadyExists child a is already present',
    );
  });

  it('is refused for a bad spec, and changes nothing (V7)', () => {
    const at = staged('a');
    const bad = child('b', { shutdown: 'x' });

    expect(result(at, startChild(at.system, 'top', bad))).toMatch(/^Invalid .*child b: shutdown/);
    expect(result(at, startChild(at.system, 'top', [1]))).toMatch(/^Invalid .*takes a child spec/);
    expect([at.look(), statuses(at)]).toEqual([[], ['a running']]);
  });

  it('of a child that fails to start is Unavailable with its exit, and keeps no spec (V4, V7)', () => {
    const at = staged('a');
    const errors: ProcessError[] = [];
    startChild(at.system, 'top', child('b', { behavior: failing })).subscribe({
      error: (error) => errors.push(error),
    });
    at.system.flush();

    expect(errors[0]).toBeInstanceOf(ProcessError);
    expect(errors).toMatchObject([
      {
        code: 'Unavailable',
        cause: { name: 'ChildStartError', id: 'b', cause: { message: 'boom' } },
      },
    ]);
    expect(statuses(at)).toEqual(['a running']);
  });

  it('waits for what is in hand (V7)', () => {
    const at = stage();
    at.supervise({ children: [child('a', { behavior: stubborn }), child('b')] });
    at.look();
    const gone = outcome(terminateChild(at.system, 'top', 'a'));
    const there = outcome(startChild(at.system, 'top', child('c')));
    at.system.advance(4_999);
    expect([gone.now, there.now, at.look()]).toEqual(['pending', 'pending', []]);

    at.system.advance(1);
    expect([gone.now, there.now, at.look()]).toEqual([
      undefined,
      '{main|0x00004}',
      ['-a killed', '+c'],
    ]);
  });

  it('is refused by what is no supervisor, or nobody (M13)', () => {
    const at = staged('a');
    const seen = outcome(startChild(at.system, 'a', child('b')));
    at.system.advance('30s');

    expect(seen.now).toMatch(/^Timeout/);
    expect(result(at, startChild(at.system, 'nobody', child('b')))).toMatch(/^NotFound/);
  });
});

describe('a child from a template', () => {
  const rooms = (more = {}): Stage => {
    const at = stage();
    at.supervise({
      strategy: 'simple_one_for_one',
      children: {
        id: 'room',
        args: ['base'],
        behavior: (inbox, self) => {
          at.log.push(`room ${self.args}`);
          self.register(String(self.args[1]));
          return idle(inbox, self);
        },
        ...more,
      },
    });
    at.look();
    return at;
  };

  it('is made by startChild, with the arguments behind those of the template, and no other is (V7)', () => {
    const at = rooms();
    expect(statuses(at)).toEqual([]);

    expect(result(at, startChild(at.system, 'top', ['x', 1]))).toBe('{main|0x00002}');
    expect(result(at, startChild(at.system, 'top', ['y']))).toBe('{main|0x00003}');
    expect([at.look(), statuses(at)]).toEqual([
      ['room base,x,1', 'room base,y'],
      ['room#1 running', 'room#2 running'],
    ]);
    expect(result(at, startChild(at.system, 'top', child('z')))).toMatch(/^Invalid .*array of arg/);
  });

  it('is restarted with its own arguments, alone (V1)', () => {
    const at = rooms();
    for (const name of ['x', 'y']) result(at, startChild(at.system, 'top', [name]));
    at.look();

    expect(at.crash('x')).toEqual(['room base,x']);
    expect(statuses(at)).toEqual(['room#1 running', 'room#2 running']);
  });

  it('is forgotten when it ends for good (V7)', () => {
    const at = rooms({ restart: 'transient' });
    for (const name of ['x', 'y', 'z']) result(at, startChild(at.system, 'top', [name]));
    at.system.exit('x', 'shutdown');
    at.system.flush();
    const pid = at.system.names.lookup('y') as string;

    expect(result(at, terminateChild(at.system, 'top', pid))).toBeUndefined();
    expect(statuses(at)).toEqual(['room#3 running']);
    // The number of one that is gone is never used again.
    result(at, startChild(at.system, 'top', ['w']));
    expect(statuses(at)).toEqual(['room#3 running', 'room#4 running']);
    expect(result(at, terminateChild(at.system, 'top', pid))).toMatch(/^NotFound/);
  });

  it('has no spec to restart or to delete (V7)', () => {
    const at = rooms();
    result(at, startChild(at.system, 'top', ['x']));

    for (const call of [restartChild, deleteChild]) {
      expect(result(at, call(at.system, 'top', 'room#1'))).toMatch(/^Invalid .*no meaning/);
    }
  });
});

describe('terminateChild', () => {
  it('stops one child and does not restart it, nor does a sibling that is restarted (V6, V7)', () => {
    const at = stage();
    at.supervise({ strategy: 'one_for_all', children: children('abc') });
    at.look();

    expect(result(at, terminateChild(at.system, 'top', 'b'))).toBeUndefined();
    expect([at.look(), statuses(at)]).toEqual([
      ['-b shutdown'],
      ['a running', 'b stopped', 'c running'],
    ]);
    expect(at.crash('a')).toEqual(['-a error boom', '-c shutdown', '+a', '+c']);
  });

  it('takes the PID of a running child, of this supervisor only (V7)', () => {
    const at = staged('ab');
    const pid = at.system.names.lookup('a') as string;

    expect(result(at, terminateChild(at.system, 'top', pid))).toBeUndefined();
    expect(at.look()).toEqual(['-a shutdown']);
    const other = { id: 'b', behavior: idle, name: 'other' };
    at.system.spawn(supervise({ children: [other] }));
    at.system.flush();
    const stranger = at.system.names.lookup('other') as string;
    expect(result(at, terminateChild(at.system, 'top', stranger))).toMatch(/^NotFound/);
  });

  it('of a child that is down does nothing, of an unknown one is NotFound (V7)', () => {
    const at = staged('a');
    result(at, terminateChild(at.system, 'top', 'a'));

    expect(result(at, terminateChild(at.system, 'top', 'a'))).toBeUndefined();
    for (const id of [Symbol('s'), Object.create(null), 1n, undefined]) {
      expect(result(at, terminateChild(at.system, 'top', id as never))).toMatch(/^NotFound/);
    }
    expect(result(at, terminateChild(at.system, 'top', 'z'))).toMatch(/^NotFound no child "z"/);
  });

  it('forgets a temporary child (V7)', () => {
    const at = staged('ab', { restart: 'temporary' });
    result(at, terminateChild(at.system, 'top', 'a'));

    expect(statuses(at)).toEqual(['b running']);
  });

  it('counts as no restart (V7)', () => {
    const at = stage();
    at.supervise({ children: children('a'), intensity: 0 });
    at.look();
    result(at, terminateChild(at.system, 'top', 'a'));

    expect(result(at, restartChild(at.system, 'top', 'a'))).toBe('{main|0x00003}');
    expect(at.look()).toEqual(['-a shutdown', '+a']);
  });
});

describe('restartChild', () => {
  it('starts what is down, and emits its PID (V7)', () => {
    const at = staged('ab');
    result(at, terminateChild(at.system, 'top', 'a'));

    expect(result(at, restartChild(at.system, 'top', 'a'))).toBe('{main|0x00004}');
    expect(statuses(at)).toEqual(['a running', 'b running']);
  });

  it('is refused for a running child, one that is restarted already, and an unknown one (V7)', () => {
    const at = stage();
    at.supervise({ children: children('ab'), backoff: {} });
    at.look();
    at.crash('b');

    expect(['a', 'b', 'c'].map((id) => result(at, restartChild(at.system, 'top', id)))).toEqual([
      'AlreadyExists child a is already started: {main|0x00002} ({main|0x00002})',
      'Unavailable child b is being restarted already',
      'NotFound no child "c": whichChildren lists them',
    ]);
  });

  it('of a child that fails to start leaves it down (V7)', () => {
    const at = stage();
    let starts = 0;
    const once: Behavior = (inbox, self) => (++starts === 1 ? idle : failing)(inbox, self);
    at.supervise({ children: [child('a', { behavior: once })] });
    at.look();
    result(at, terminateChild(at.system, 'top', 'a'));

    expect(result(at, restartChild(at.system, 'top', 'a'))).toMatch(/^Unavailable child a failed/);
    expect(statuses(at)).toEqual(['a stopped']);
  });
});

describe('deleteChild', () => {
  it('forgets what is down, and only that (V7)', () => {
    const at = staged('ab');
    expect(result(at, deleteChild(at.system, 'top', 'a'))).toMatch(/^Invalid .*a is running/);

    result(at, terminateChild(at.system, 'top', 'a'));
    expect(result(at, deleteChild(at.system, 'top', 'a'))).toBeUndefined();
    expect(statuses(at)).toEqual(['b running']);
    expect(result(at, deleteChild(at.system, 'top', 'a'))).toMatch(/^NotFound/);
  });
});

describe('whichChildren', () => {
  it('lists all, running or not, in the order in which they start (V7)', () => {
    const at = stage();
    at.system.define('app:idle', idle);
    at.supervise({
      children: [child('a'), child('s', { type: 'supervisor', behavior: 'app:idle' }), child('b')],
      backoff: {},
    });
    at.look();
    at.crash('b');

    expect(result(at, whichChildren(at.system, 'top'))).toEqual([
      { id: 'a', pid: '{main|0x00002}', type: 'worker', status: 'running' },
      {
        id: 's',
        pid: '{main|0x00003}',
        type: 'supervisor',
        status: 'running',
        behavior: 'app:idle',
      },
      { id: 'b', pid: undefined, type: 'worker', status: 'restarting' },
    ]);
  });
});

describe('a message that is no call of these', () => {
  const bad = (messages: unknown) => ({ type: 'start', child: { ...child('b'), messages } });

  it.each([
    undefined,
    null,
    1,
    'x',
    {},
    { type: 'start' },
    { type: 'terminate', child: {} },
    bad(5),
    bad([null]),
  ])('is answered or dropped, and ends nobody: %p (M13)', (payload) => {
    const at = staged('a');
    at.system.send('top', 'supervisor.request', payload as never);
    const seen = outcome(at.system.call('top', 'supervisor.request', payload as never));
    at.system.flush();

    expect(seen.now).toEqual({ error: expect.any(ProcessError) });
    expect(at.look()).toEqual([]);
  });
});
