import { describe, expect, it } from '@jest/globals';
import { ignoreElements, map, NEVER } from 'rxjs';
import { tree } from '../../examples/start/tree.js';
import { type Branch, grown, seen } from '../../examples/start/watch.js';
import { type Behavior, is, startChild, supervise } from '../../lib/index.js';
import { testSystem } from '../../lib/testing/index.js';
import { collect } from '../support/runtime.js';

/** A tree as indented text. */
const draw = (branches: readonly Branch[], indent = ''): string =>
  branches
    .map(({ name, restarts, children, more }) => {
      const count =
        (restarts > 0 ? ` restarts ${restarts}` : '') + (more > 0 ? ` more ${more}` : '');
      return `${indent}${name}${count}\n${draw(children, `${indent}  `)}`;
    })
    .join('');

const room: Behavior = (_inbox, self) => {
  self.register(`room:${self.args[0]}`);
  return NEVER;
};

/** A system with the tree's process, and what that tells the watch. */
function scene() {
  const system = testSystem();
  const told: { tree: string[]; crashes: object[] } = { tree: [], crashes: [] };
  const watch: Behavior = (inbox) =>
    inbox.pipe(
      map((message) => {
        if (is(message, grown)) told.tree.push(draw(message.payload));
        if (is(message, seen)) told.crashes.push(message.payload);
      }),
    );
  const rooms = supervise({
    strategy: 'simple_one_for_one',
    children: { id: 'room', behavior: room, restart: 'transient' },
    intensity: Number.POSITIVE_INFINITY,
  });
  system.spawn(watch, { name: 'watch' });
  system.spawn(rooms, { name: 'rooms' });
  system.spawn(tree(system));
  system.advance(50);
  const open = (name: string) => {
    collect(startChild(system, 'rooms', [name]));
    system.flush();
  };
  return { system, told, open };
}

describe('tree', () => {
  it('tells of the tree once, however many have come and gone within 50 ms', () => {
    const { system, told, open } = scene();

    open('lobby');
    open('kitchen');
    system.advance(49);
    expect(told.tree).toEqual(['rooms\n']);
    system.advance(1);
    expect(told.tree).toEqual(['rooms\n', 'rooms\n  room:lobby\n  room:kitchen\n']);

    system.exit('room:lobby', 'shutdown');
    system.advance(50);
    system.advance('1h');
    expect(told.tree.slice(2)).toEqual(['rooms\n  room:kitchen\n']);
    expect(told.crashes).toEqual([]);
  });

  it('counts restarts, and tells of each crash', () => {
    const { system, told, open } = scene();
    open('lobby');
    const client_pid = system.names.lookup('room:lobby');

    system.exit('room:lobby', new TypeError('a bug'));
    system.flush();
    system.exit('room:lobby', 'kill');
    system.advance(50);

    expect(told.tree.at(-1)).toBe('rooms\n  room:lobby restarts 2\n');
    const crash = { topic: 'exited', payload: { metadata: { path: 'room#1' } } };
    expect(told.crashes).toMatchObject([crash, crash]);
    expect(told.crashes).toMatchObject([
      { payload: { client_pid, reason: 'TypeError: a bug' } },
      { payload: { reason: 'killed' } },
    ]);
  });

  it('shows connections below the process that they monitor, 20 at most', () => {
    const { system, told, open } = scene();
    const connection: Behavior = (_inbox, self) =>
      self.monitor('room:lobby').pipe(ignoreElements());
    open('lobby');

    for (let i = 0; i < 22; i++) system.spawn(connection);
    system.spawn(function other(_inbox, self) {
      return self.monitor('room:lobby').pipe(ignoreElements());
    });
    system.advance(50);

    const shown = '    connection\n'.repeat(20);
    expect(told.tree.at(-1)).toBe(`rooms\n  room:lobby more 2\n${shown}`);
  });
});
