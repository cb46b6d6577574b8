import { describe, expect, it } from '@jest/globals';
import { map, throwError } from 'rxjs';
import {
  type Behavior,
  type ChildSpec,
  done,
  ensureChild,
  type ProcessError,
  type SuperviseOptions,
  terminateChild,
  whichChildren,
} from '../../lib/index.js';
import { collect } from '../support/runtime.js';
import { children, idle, type Stage, stage, stubborn } from './support.js';

const failing: Behavior = () => throwError(() => new Error('boom'));
/** Comes to its end with its first message. */
const passing: Behavior = (inbox) => inbox.pipe(map(() => done()));

/** What a call for the child `a` has come to by now: a PID or an error's code, if anything. */
function ensure({ system }: Stage, spec: Partial<ChildSpec> = {}): unknown[] {
  const seen: unknown[] = [];
  ensureChild(system, 'top', 'a', { behavior: idle, name: 'a', ...spec }).subscribe({
    next: (pid) => seen.push(pid),
    error: ({ code }: ProcessError) => seen.push(code),
  });
  return seen;
}

function staged(more: Partial<SuperviseOptions> = {}): Stage {
  const at = stage();
  at.supervise({ children: [], ...more });
  at.look();
  return at;
}

describe('ensureChild', () => {
  it('starts a child that is unknown, and from then on finds it (V7)', () => {
    const at = staged();
    const first = ensure(at);
    expect(at.look()).toEqual(['+a']);
    const second = ensure(at, { behavior: failing });

    expect([at.look(), first, second]).toEqual([[], ['{main|0x00002}'], ['{main|0x00002}']]);
    expect(at.crash('a')).toEqual(['-a error boom', '+a']);
  });

  it('gives two who ask at once the same child (V7)', () => {
    const at = staged();
    const asked = [ensure(at), ensure(at)];
    at.system.spawn((inbox, self) => {
      ensureChild(self, 'top', 'a', { behavior: idle }).subscribe((pid) => asked.push([pid]));
      return idle(inbox, self);
    });

    expect(at.look()).toEqual(['+a']);
    expect(asked).toEqual(Array(3).fill([at.system.names.lookup('a')]));
  });

  it('starts a child again that is down, by the spec that it has (V7)', () => {
    const at = staged({ children: children('a', { behavior: passing, restart: 'transient' }) });
    at.system.send('a', 'end');
    expect(at.look()).toEqual(['-a normal']);
    const seen = ensure(at, { behavior: failing, name: 'other' });
    expect([at.look(), seen]).toEqual([['+a'], [at.system.names.lookup('a')]]);

    terminateChild(at.system, 'top', 'a').subscribe();
    at.look();
    expect([ensure(at), at.look()]).toEqual([[at.system.names.lookup('a')], ['+a']]);
  });

  it('waits until a child has stopped that is being stopped, and starts it again (V7)', () => {
    const at = staged({ children: children('a', { behavior: stubborn }) });
    terminateChild(at.system, 'top', 'a').subscribe();
    at.look();
    const seen = ensure(at);
    expect([at.look(), seen]).toEqual([[], []]);
    at.system.advance(5_000);

    expect([at.look(), seen]).toEqual([['-a killed', '+a'], [at.system.names.lookup('a')]]);
  });

  it('is Unavailable while the child waits for its restart (V5, V7)', () => {
    const at = staged({ children: children('a'), backoff: { initial: '1s', jitter: 0 } });
    at.crash('a');
    expect([ensure(at), at.look()]).toEqual([['Unavailable'], []]);
    at.system.advance('1s');

    expect(at.look()).toEqual(['+a']);
    const seen = ensure(at);
    expect([at.look(), seen]).toEqual([[], [at.system.names.lookup('a')]]);
  });

  it('of a child that does not start is Unavailable, and keeps only one that was known (V4, V7)', () => {
    const at = staged();
    const all = (): unknown[] => {
      const seen = collect(whichChildren(at.system, 'top'), (list) =>
        list.map(({ id, status }) => `${id} ${status}`),
      );
      at.look();
      return seen.flat();
    };
    const unknown = ensure(at, { behavior: failing });
    expect([all(), unknown]).toEqual([[], ['Unavailable']]);

    let starts = 0;
    const once: Behavior = (inbox, self) => (++starts === 1 ? idle : failing)(inbox, self);
    ensure(at, { behavior: once });
    at.look();
    terminateChild(at.system, 'top', 'a').subscribe();
    const known = ensure(at);
    expect([all(), known]).toEqual([['a stopped'], ['Unavailable']]);
  });

  it.each<{ what: string; options: Partial<SuperviseOptions>; spec: Partial<ChildSpec> }>([
    { what: 'a bad spec', options: {}, spec: { restart: 'never' as never } },
    {
      what: 'a bad spec, though the child runs',
      options: { children: children('a') },
      spec: { behavior: undefined as never },
    },
    {
      what: 'a template',
      options: { strategy: 'simple_one_for_one', children: { id: 'room', behavior: idle } },
      spec: {},
    },
  ])('with $what is Invalid, and starts nobody (V7)', ({ options, spec }) => {
    const at = staged(options);
    const seen = ensure(at, spec);

    expect([at.look(), seen]).toEqual([[], ['Invalid']]);
  });
});
