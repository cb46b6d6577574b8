import { concat, map, mergeMap, of, timer, type VirtualTimeScheduler } from 'rxjs';
import {
  type ChannelDefinition,
  type ChannelOptions,
  type Connection,
  channel,
  emit,
  type HistoryOptions,
  type HistoryStore,
  type JoinAnswer,
  type Published,
  room as topics,
  WebSocketMessage,
} from '../../../lib/channels/index.js';
import { reply } from '../../../lib/index.js';
import type { WireMessage } from '../../../lib/protocol/index.js';
import type { Admissions } from './admissions.js';
import type { Kind } from './followed.js';
import type { Task } from './requests.js';
import type { Sent } from './truth.js';

/** By their kind, and the streams twice. */
export const ROOMS = ['all:1', 'all:2', 'latest:1', 'odd:1', 'none:1', 'proc:1'] as const;
export type Room = (typeof ROOMS)[number];

export const kindOf = (room: Room): Kind => room.slice(0, room.indexOf(':')) as Kind;

/** The channels of a world, on one server: hooks that take their time and may refuse, a filter, a transform, a process. */
export function roomsOf(host: RoomHost, { id, store, own }: RoomsOn): readonly ChannelDefinition[] {
  const { clock } = host;
  const history = { size: 8, ttl: '20s', recover: 4, store } as const;
  const presence = {
    meta: ({ connection, meta }: { connection: Connection; meta: unknown }) => ({
      ...tabOf(connection),
      status: meta,
    }),
  };
  const all = (its: HistoryOptions): ChannelOptions => ({
    ...{ history: its, presence },
    join: ({ connection, channel: name }) => {
      const ask = (): JoinAnswer => answer(host, connection, name as Room);
      return host.hookTime > 0 ? timer(host.hookTime, clock).pipe(map(ask)) : ask();
    },
  });
  return [
    channel('all:1', all(history)),
    channel('all:2', all({ ...history, store: own })),
    channel('latest:*', {
      history: { ...history, size: 4, ttl: '9h', keep: 'latest', key: keyOf },
      presence,
    }),
    channel('odd:*', {
      history: { ...history, size: 4 },
      join: () => ({ filter: isOdd, transform: host.changed }),
    }),
    channel('proc:*', {
      ...{ history, presence, restart: { intensity: 2 } },
      behavior: (inbox) =>
        inbox.pipe(
          mergeMap((message) => {
            if (message.topic !== topics.event) return [];
            const { data } = message.payload as { readonly data: Task };
            host.perform(data);
            if (data.wait < 0) throw new Error('crash');
            const said = host.next('p', id);
            return concat(
              of(emit(WebSocketMessage.json(said))),
              timer(data.wait, clock).pipe(map(() => reply(message, data.n))),
            );
          }),
        ),
    }),
  ];
}

function answer(host: RoomHost, connection: Connection, room: Room): JoinAnswer {
  const how = host.moodOf(connection, room);
  if (how === 'throw') throw new Error('hook');
  const isShort = room === 'all:2' && host.isLimited;
  const millis = isShort ? 8_000 : Number.POSITIVE_INFINITY;
  host.admissions.answered(connection.id, room, how === 'yes' ? millis : 0);
  if (how === 'no') return false;
  if (how === 'later') return { refused: 'busy', retry: true };
  return isShort ? { expiresIn: millis } : true;
}

/** What a hook says. */
export type Mood = 'yes' | 'no' | 'later' | 'throw';

/** A server, as rooms have it. */
export interface RoomsOn {
  readonly id: string;
  readonly store: HistoryStore;
  /** For the second stream; `undefined`: in the server's memory. */
  readonly own: HistoryStore | undefined;
}

/** The world around the rooms. */
export interface RoomHost {
  readonly clock: VirtualTimeScheduler;
  /** How long hooks take, in milliseconds. */
  readonly hookTime: number;
  /** Whether memberships have an end. */
  readonly isLimited: boolean;
  readonly admissions: Admissions;
  moodOf(connection: Connection, room: Room): Mood;
  /** A process has a task. */
  perform(task: Task): void;
  /** What is sent next. */
  next(key: string, by: string): Sent;
  /** What a member gets in place of a message, the same for all. */
  readonly changed: (message: Published) => WireMessage;
}

const tabOf = ({ metadata }: Connection): object => ({ tab: metadata.tab });
const keyOf = ({ payload }: { readonly payload?: unknown }): string => (payload as Sent).key;
const isOdd = ({ payload }: Published): boolean => (payload as Sent).n % 2 === 1;
