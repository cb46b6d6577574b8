import { leftovers } from '../../../lib/testing/channels/leftovers.js';
import { ROOMS, type Room } from './rooms.js';
import type { Shown } from './served.js';
import type { Truth } from './truth.js';
import type { World } from './world.js';

/** What must be true once everything has come to rest: who wants to be in a room is there, and nobody else (PT3, PT6, PT7). */
export function checkRest(world: World): void {
  const { checks, server, tabs } = world;
  for (const room of ROOMS) checkRoom(world, room);
  for (const { at, client } of tabs) {
    checks.must(client.id !== undefined, `PT6: tab ${at} is not connected`);
  }
  const members = [...server.inside.broker.members.values()].filter(({ isV1 }) => isV1);
  const sessions = new Set(members.map(({ session }) => session));
  checks.must(members.length === tabs.length, `PT6: ${members.length} connections`);
  checks.must(sessions.size === tabs.length, `PT6: ${sessions.size} sessions`);
}

function checkRoom(world: World, room: Room): void {
  const { checks, server, tabs, truths } = world;
  const { manager } = server;
  const { position } = manager.channel(room);
  const wanted = tabs.flatMap(({ at, client, rooms }) => {
    const followed = rooms.get(room);
    if (followed?.isWanted !== true || followed.error !== undefined) return [];
    checks.must(followed.state.status === 'subscribed', `PT3: tab ${at} is not in ${room}`);
    const [is, top] = [JSON.stringify(followed.position), JSON.stringify(position)];
    // Whose filter passes over the last message stays before it.
    const isThere = is === top || room.startsWith('odd');
    checks.must(isThere, `PT3: tab ${at} is at ${is} of ${room}, not ${top}`);
    const { last } = (truths.get(room) as Truth).watched;
    const line = followed.line ?? '';
    checks.must(line === last, `PT7: tab ${at} sees ${line} in ${room}, not ${last}`);
    return [manager.pidOf(client.id ?? '') ?? `nobody, tab ${at}`];
  });
  checkPresent(world, room);
  const { members } = server.inside.broker;
  const ids = manager.channels
    .getSubscribers(room)
    .filter((id) => members.get(id as never)?.isV1)
    .filter((id) => wanted.includes(id) || !server.enrolled.has(`${id} ${room}`));
  checks.must(
    [...ids].sort().join() === wanted.sort().join(),
    `PT3: in ${room} are ${ids}, not ${wanted}`,
  );
}

/** PT7: those are present who are connected and in it. */
function checkPresent({ checks, server }: World, room: Room): void {
  const { members } = server.inside.broker;
  const { presence$ } = server.manager.channel(room);
  if (server.inside.broker.definitionOf(room)?.options.presence === undefined) return;
  const ids = server.manager.channels.getSubscribers(room);
  const here = ids.map((id) => members.get(id as never)?.connection.metadata.tab ?? 'witness');
  let present: unknown[] = [];
  presence$
    .subscribe((list) => {
      present = list.flatMap(({ metas }) =>
        metas.map(({ meta }) => (meta as Shown).tab ?? 'witness'),
      );
    })
    .unsubscribe();
  const [is, wanted] = [present.sort().join(), here.sort().join()];
  checks.must(is === wanted, `PT7: in ${room} ${is} are present, not ${wanted}`);
}

/** PT14: nothing is left of clients that have gone; nor is a timer, once the processes have ended. */
export function checkGone({ checks, clock, server }: World): void {
  const { inside, system } = server;
  for (const line of leftovers({ inside, system } as never)) checks.wrong.push(`PT14: ${line}`);
  for (const { pid } of system.processes()) system.terminate(pid);
  clock.flush();
  const { length } = clock.actions;
  checks.must(length === 0, `PT14: ${length} timers are left`);
}
