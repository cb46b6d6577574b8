import type { Ref } from '../../core/index.js';
import { type Process, SizedMessage } from '../../runtime/index.js';
import type { Attendee, Said } from '../table/room.js';
import { remember } from './checks.js';
import type { Join } from './joins.js';
import { room } from './room.js';
import type { Entry } from './roster.js';

/** Tells a channel's process, which runs, something; where that may be refused, `false`: its mailbox is full. */
export const tell = {
  /** Taken even where the mailbox is full, as a leave is (M11). */
  joined(process: Process, entry: Entry): void {
    const { params, isKnown: rejoined } = entry;
    const { connection, pid: from } = entry.member;
    process.accept({ topic: room.joined, payload: { connection, params, rejoined }, from });
    entry.isKnown = true;
  },

  left(process: Process, { connection, pid: from }: Attendee, reason: string): void {
    process.accept({ topic: room.left, payload: { connection, reason }, from });
  },

  join(process: Process, { request, ref }: Join): boolean {
    const from = request.connection.pid;
    return process.accept({ topic: room.join, payload: { request }, from, ref });
  },

  /** What a client has sent; its size counts, so that what waits is bounded in bytes as well (M11). */
  said(
    process: Process,
    { connection, pid }: Attendee,
    said: Said,
    ref: Ref | undefined,
    forget: () => void,
  ): boolean {
    const { type, event, data, size } = said;
    const [topic, payload] =
      type === 'event'
        ? [room.event, { connection, event: event as string, data }]
        : [room.message, { connection, type, data }];
    remember(payload, said, forget);
    return process.accept(new SizedMessage(topic, payload, pid, size, ref), size);
  },
};
