import type { Member } from '../members/member.js';

/**
 * What a client of server-sent events gets behind its welcome, if it was here before: all that it has missed, or an event
 * `gap` that says why not (SE5). In the turn of its membership, so that nothing is lost or doubled between.
 */
export function catchUp(member: Member, lastId: string | undefined): void {
  if (!lastId) return;
  member.write(JSON.stringify({ reason: 'no_history' }), { event: 'gap' });
}
