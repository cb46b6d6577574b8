import {
  type Behavior,
  type Command,
  is,
  type Message,
  ofTopic,
  type Pid,
  type System,
  send,
  topic,
  transition,
} from 'rx-process';
import { ws } from 'rx-process/express';
import { map } from 'rxjs';

/** A message of the relay as it is shown; in place of binary data stands how much of it there was. */
export interface Sight {
  readonly topic: string;
  readonly payload: object;
}

const seen = topic<Sight>('watch.seen');
const NAME = 'watch';
/** How many sights a new watcher is shown. */
const MEMORY = 50;

/** To be combined with another behaviour: tells the watch of everything that the relay tells it. */
export const reporter: Behavior = (inbox) =>
  inbox.pipe(
    ofTopic(ws.join, ws.message, ws.heartbeat, ws.leave),
    map((message) => send(NAME, seen, sightOf(message))),
  );

function sightOf({ topic, payload }: Message<object>): Sight {
  if (!('data' in payload) || !(payload.data instanceof Uint8Array)) return { topic, payload };
  return { topic, payload: { ...payload, data: `${payload.data.byteLength} bytes` } };
}

interface State {
  readonly watchers: ReadonlySet<Pid>;
  /** The last sights, as JSON. */
  readonly recent: readonly string[];
}

const show = (pid: Pid, data: string): Command => send(pid, ws.send, { type: 'text', data });

/** Shows its clients what the other processes have reported, and first what they have missed. */
export const watch: Behavior = (inbox) =>
  inbox.pipe(
    ofTopic(seen, ws.join, ws.leave),
    transition([{ watchers: new Set(), recent: [] } as State], ({ watchers, recent }, message) => {
      if (is(message, ws.leave)) {
        const others = [...watchers].filter((pid) => pid !== message.payload.client_pid);
        return [{ watchers: new Set(others), recent }];
      }
      if (is(message, ws.join)) {
        const pid = message.payload.client_pid;
        const missed = recent.map((sight) => show(pid, sight));
        return [{ watchers: new Set([...watchers, pid]), recent }, ...missed];
      }
      const sight = JSON.stringify(message.payload);
      const now = { watchers, recent: [...recent, sight].slice(-MEMORY) };
      return [now, ...[...watchers].map((pid) => show(pid, sight))];
    }),
  );

/** The one watch of a system, started when it is first needed. */
export const findWatch = (system: System): Pid => system.ensure(NAME, watch);
