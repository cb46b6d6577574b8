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
  topic,
  transition,
} from 'rx-process';
import { ws } from 'rx-process/express';
import { defer, map, NEVER, type Observable, retry, scan, startWith, switchMap, timer } from 'rxjs';
import { reporter } from './watch.js';

/** The longest message, in characters. */
export const MAX_TEXT = 2_000;
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
  const data = JSON.stringify(frame);
  return [...pids].map((pid) => send(pid, ws.send, { type: 'text', data }));
};

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

/** A room: one process, four behaviours, one inbox. It ends with the first that says `done`. */
export const room: Behavior = combine(talk, door, deserted, reporter);

/**
 * Emits the PID of a room that is there, and stays until its new member has had time to join. It is
 * found by its name, or started. A PID alone would not do: a room may just be ending, and the relay
 * would answer 404. A room that has answered has begun to wait; one that ends before it answers fails
 * the call, and the next attempt starts a new one.
 */
export const enter = (system: System, name: string): Observable<Pid> =>
  defer(() => system.call(system.ensure(`room:${name}`, room), knock)).pipe(retry(2));
