import {
  type Behavior,
  type Command,
  combine,
  done,
  is,
  ofTopic,
  type Pid,
  reply,
  type System,
  send,
  startChild,
  supervise,
  topic,
  transition,
} from 'rx-process';
import { json, ws } from 'rx-process/express';
import {
  defer,
  EMPTY,
  filter,
  map,
  NEVER,
  type Observable,
  retry,
  scan,
  startWith,
  switchMap,
  timer,
} from 'rxjs';
import { reporter } from './watch.js';

/** The longest message, in characters. */
export const MAX_TEXT = 2_000;
/** The message that crashes the room, so that its restart can be seen. */
const CRASH = '/crash';
/** How long an empty room waits for those it was promised: longer than a handshake may take (10 s). */
const PATIENCE = 15_000;

/** What a room says to its members, as a JSON text frame. */
export type Frame =
  | { readonly event: 'joined' | 'left'; readonly user: string; readonly members: string[] }
  | { readonly event: 'message'; readonly user: string; readonly text: string }
  | { readonly event: 'refused'; readonly text: string };

/** Who is in a room: the connection, and the name it came with. */
type Members = ReadonlyMap<Pid, string>;

/** Asks a room whether it is there; the answer is its PID. */
const knock = topic<void, Pid>('room.knock');

const tell = (pids: Iterable<Pid>, frame: Frame): Command[] => {
  // One text for all: the same string object is encoded once, however many members there are.
  const payload = json(frame);
  return [...pids].map((pid) => send(pid, ws.send, payload));
};

/** The sign: the name by which the room is found. There is one of each: where the name is taken, it does not start. */
const sign: Behavior = (_inbox, self) => {
  self.register(`room:${self.args[0]}`);
  return EMPTY;
};

/** The bug: an error that nobody catches. It comes before the talk, which would pass the message on. */
const bug: Behavior = (inbox) =>
  inbox.pipe(
    ofTopic(ws.message),
    filter(({ payload }) => payload.data === CRASH),
    map(({ payload: { metadata } }) => {
      throw new Error(`${metadata.user} has crashed ${metadata.room}`);
    }),
  );

/** The talk: the members are the state, and what a message makes of them is one pure function. */
const talk: Behavior = (inbox) =>
  inbox.pipe(
    ofTopic(ws.join, ws.message, ws.leave),
    transition([new Map() as Members], (members, message) => {
      const { client_pid: pid, metadata } = message.payload;
      const user = String(metadata.user);
      if (is(message, ws.message)) return [members, ...said(members, pid, user, message.payload)];

      const now = new Map(members);
      const leaves = is(message, ws.leave);
      if (leaves) now.delete(pid);
      else now.set(pid, user);
      const event = leaves ? 'left' : 'joined';
      return [now, ...tell(now.keys(), { event, user, members: [...now.values()] })];
    }),
  );

/** A message to all; one that cannot be shown is refused, to its author alone. */
function said(members: Members, pid: Pid, user: string, { data }: { data: unknown }): Command[] {
  if (typeof data !== 'string') {
    return [send(pid, ws.close, { code: 1003, reason: 'a chat is of text' })];
  }
  if (data.length > MAX_TEXT) {
    return tell([pid], { event: 'refused', text: `at most ${MAX_TEXT} characters` });
  }
  return data.trim() === '' ? [] : tell(members.keys(), { event: 'message', user, text: data });
}

/** The door: who knocks is answered. */
const door: Behavior = (inbox, self) =>
  inbox.pipe(
    ofTopic(knock),
    map((message) => reply(message, self.pid)),
  );

/** The end: nobody is in, and nobody who has knocked can still be on the way. */
const deserted: Behavior = (inbox) =>
  inbox.pipe(
    ofTopic(knock, ws.join, ws.leave),
    scan((count, m) => count + (is(m, ws.join) ? 1 : is(m, ws.leave) ? -1 : 0), 0),
    startWith(0),
    switchMap((count) => (count > 0 ? NEVER : timer(PATIENCE))),
    map(() => done()),
  );

/** A room: one process, six behaviours, one inbox. It ends with the first that says `done`, or throws. */
export const room: Behavior = combine(sign, reporter, bug, talk, door, deserted);

/**
 * Starts rooms, and starts one again that has crashed: its members come back by themselves. Restarts are
 * not counted, as they come from people who push a button; by default a second one within 5 seconds
 * would end all rooms.
 */
export const rooms: Behavior = supervise({
  strategy: 'simple_one_for_one',
  children: { id: 'room', behavior: room, restart: 'transient' },
  intensity: Number.POSITIVE_INFINITY,
});

/**
 * Emits the PID of a room that is there, and stays until its new member has had time to join. It is
 * found by its name, or started. A PID alone would not do: a room may just be ending, and the relay
 * would answer 404. A room that has answered has begun to wait. The next attempt helps where one ends
 * before it answers, and where two were started at once, of which one did not get the name.
 */
export const enter = (system: System, name: string): Observable<Pid> =>
  defer(() => {
    const pid = system.names.lookup(`room:${name}`);
    if (pid === undefined) return startChild(system, 'rooms', [name]);
    return system.call(pid, knock);
  }).pipe(retry(2));
