import type { Ref } from '../../core/index.js';
import { type Process, SizedMessage } from '../../runtime/index.js';
import type { Member } from '../members/member.js';
import type { Said } from '../table/room.js';
import { remember } from './checks.js';
import type { Join } from './joins.js';
import { room } from './room.js';
import type { Entry } from './roster.js';

/** Tells a channel's process something; `false`: it does not take it, because its mailbox is full or it has ended. */
export const tell = {
  joined(process: Process, { member, params, isKnown }: Entry): boolean {
    const payload = { connection: member.connection, params, rejoined: isKnown };
    return accept(process, room.joined, payload, member);
  },

  left(process: Process, member: Member, reason: string): boolean {
    return accept(process, room.left, { connection: member.connection, reason }, member);
  },

  join(process: Process, { request, ref }: Join): boolean {
    const from = request.connection.pid;
    return process.running && process.accept({ topic: room.join, payload: { request }, from, ref });
  },

  /** What a client has sent; its size counts, so that what waits is bounded in bytes as well (M11). */
  said(
    process: Process,
    { connection, pid }: Member,
    said: Said,
    ref: Ref | undefined,
    forget: () => void,
  ): boolean {
    const { type, event, data, size } = said;
    if (type !== 'event') {
      const payload = { connection, type, data };
      return process.accept(new SizedMessage(room.message, payload, pid, size, ref), size);
    }
    const payload = { connection, event: event as string, data };
    remember(payload, said, forget);
    return process.accept(new SizedMessage(room.event, payload, pid, size, ref), size);
  },
};

const accept = (process: Process, topic: string, payload: unknown, { pid }: Member): boolean =>
  process.running && process.accept({ topic, payload, from: pid });
