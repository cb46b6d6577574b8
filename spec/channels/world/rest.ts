import { leftovers } from '../../../lib/testing/channels/leftovers.js';
import { leftThere } from './leftThere.js';
import { ROOMS, type Room } from './rooms.js';
import type { Shown } from './served.js';
import type { Server } from './server.js';
import type { Truth } from './truth.js';
import type { World } from './world.js';

/** What must be true once everything has come to rest: who wants to be in a room is there, and nobody else (PT3, PT6, PT7). */
export function checkRest(world: World): void {
  const { checks, running, tabs } = world;
  for (const room of ROOMS) checkRoom(world, room);
  for (const { at, client } of tabs) {
    checks.must(client.id !== undefined, `PT6: tab ${at} is not connected`);
  }
  const members = running.flatMap((server) => membersOf(server)).filter(({ isV1 }) => isV1);
  const sessions = new Set(members.map(({ session }) => session));
  checks.must(members.length === tabs.length, `PT6: ${members.length} connections`);
  checks.must(sessions.size === tabs.length, `PT6: ${sessions.size} sessions`);
}

function checkRoom(world: World, room: Room): void {
  const { checks, running, tabs, truths } = world;
  const { order } = truths.get(room) as Truth;
  const wanted = tabs.flatMap(({ at, client, rooms }) => {
    const followed = rooms.get(room);
    if (followed?.isWanted !== true || followed.error !== undefined) return [];
    const server = world.serverOf(at);
    const position = server?.manager.channel(room).position;
    checks.must(followed.state.status === 'subscribed', `PT3: tab ${at} is not in ${room}`);
    const [is, top] = [JSON.stringify(followed.position), JSON.stringify(position)];
    // Whose filter passes over the last message stays before it.
    const isThere = is === top || room.startsWith('odd');
    checks.must(isThere, `PT3: tab ${at} is at ${is} of ${room}, not ${top}`);
    const { last } = (truths.get(room) as Truth).watched;
    const line = followed.line ?? '';
    checks.must(line === last, `PT7: tab ${at} sees ${line} in ${room}, not ${last}`);
    return [server?.manager.pidOf(client.id ?? '') ?? `nobody, tab ${at}`];
  });
  checkPresent(world, room);
  const crossed = room.startsWith('none') ? undefined : order.crossed();
  checks.must(crossed === undefined, `PT10: ${crossed} in ${room} were got in both orders`);
  const ids = running.flatMap((server) =>
    membersIn(server, room).flatMap(({ pid, isV1 }) =>
      isV1 && (wanted.includes(pid) || !server.enrolled.has(`${pid} ${room}`)) ? [pid] : [],
    ),
  );
  checks.must(
    [...ids].sort().join() === wanted.sort().join(),
    `PT3: in ${room} are ${ids}, not ${wanted}`,
  );
}

/** PT7: those are present who are connected and in it, and every server says so. */
function checkPresent({ checks, running }: World, room: Room): void {
  const wanted = running
    .flatMap((server) => membersIn(server, room))
    .map(({ connection }) => connection.metadata.tab ?? 'witness')
    .sort()
    .join();
  for (const { id, inside, manager } of running) {
    if (inside.broker.definitionOf(room)?.options.presence === undefined) return;
    const { presence$ } = manager.channel(room);
    let present: unknown[] = [];
    presence$
      .subscribe((list) => {
        present = list.flatMap(({ metas }) =>
          metas.map(({ meta }) => (meta as Shown).tab ?? 'witness'),
        );
      })
      .unsubscribe();
    const is = present.sort().join();
    checks.must(is === wanted, `PT7: in ${room} ${is} are present at ${id}, not ${wanted}`);
  }
}

const membersOf = ({ inside }: Server) => [...inside.broker.members.values()];

/** Who of a server is in a room. */
function membersIn(server: Server, room: Room) {
  const ids = server.manager.channels.getSubscribers(room);
  return membersOf(server).filter(({ pid }) => ids.includes(pid));
}

/** PT14: nothing is left of clients that have gone; nor is a timer, once the processes have ended. */
export function checkGone(world: World): void {
  const { checks, clock, nodes, running } = world;
  for (const { inside, system } of running) {
    for (const line of leftovers({ inside, system } as never)) checks.wrong.push(`PT14: ${line}`);
    for (const line of leftThere(inside)) checks.wrong.push(`PT14: ${line}`);
  }
  for (const server of running) server.kill();
  // Of a killed node some wait for the log still.
  world.advance(nodes === undefined ? 0 : 30_000);
  const { length } = clock.actions;
  checks.must(length === 0, `PT14: ${length} timers are left`);
}
