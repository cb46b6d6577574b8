import type { Fellows } from '../../../lib/channels/fellows/fellows.js';
import { ROOMS } from './rooms.js';
import type { Server } from './server.js';

/** What a manager has for other nodes; `undefined`: it is alone. */
export const partsOf = ({ broker }: Server['inside']): Fellows['parts'] | undefined =>
  (broker.fellows as Fellows | undefined)?.parts;

/** What is left on a node of other nodes' clients, and of what it had for them. */
export function leftThere(inside: Server['inside']): readonly string[] {
  const parts = partsOf(inside);
  if (parts === undefined) return [];
  const { clients } = parts;
  // A history that is in the memory of its home only is there for an hour.
  const rooms = ROOMS.filter((room) => parts.homed.find(room)?.home?.isOnlyHere !== true);
  const homed = rooms.filter((room) => parts.homed.find(room) !== undefined);
  return [
    [homed.length, `rooms that have a home: ${homed}`] as const,
    [parts.homed.replicas.held.streams, 'replicas'] as const,
    [parts.homes.waiting, 'messages for homes that have not begun'] as const,
    [clients.sessions.size, 'sessions of other nodes'] as const,
    [clients.presence.size, 'rooms in which others are present'] as const,
  ].flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]));
}
