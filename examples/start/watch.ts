import {
  type Behavior,
  type Command,
  is,
  type Message,
  ofTopic,
  type Pid,
  send,
  topic,
  transition,
} from 'rx-process';
import { ws } from 'rx-process/express';
import { map } from 'rxjs';

/** What happened, as it is shown: mostly a message of the relay, with the size of binary data in its place. */
export interface Sight {
  readonly topic: string;
  readonly payload: object;
}

/** A process as it is drawn, with those below it. */
export interface Branch {
  readonly name: string;
  /** None while it is being restarted. */
  readonly pid: Pid | undefined;
  /** How often it has been restarted after a crash. */
  readonly restarts: number;
  readonly children: readonly Branch[];
  /** How many children there are beside those. */
  readonly more: number;
}

/** The name of the watch, which whoever has something to show sends it to. */
export const WATCH = 'watch';
/** Something that happened: the last of them are kept. */
export const seen = topic<Sight>('watch.seen');
/** The whole tree as it is now: only the newest counts. */
export const grown = topic<readonly Branch[]>('watch.grown');

/** How many sights a new watcher is shown. */
const MEMORY = 50;

/** To be combined with another behaviour: tells the watch of everything that the relay tells it. */
export const reporter: Behavior = (inbox) =>
  inbox.pipe(
    ofTopic(ws.join, ws.message, ws.heartbeat, ws.leave),
    map((message) => send(WATCH, seen, sightOf(message))),
  );

function sightOf({ topic, payload }: Message<object>): Sight {
  if (!('data' in payload) || !(payload.data instanceof Uint8Array)) return { topic, payload };
  return { topic, payload: { ...payload, data: `${payload.data.byteLength} bytes` } };
}

interface State {
  readonly watchers: readonly Pid[];
  /** The last sights, as JSON. */
  readonly recent: readonly string[];
  /** The newest tree, as JSON; none at first. */
  readonly tree: readonly string[];
}

const NOTHING: State = { watchers: [], recent: [], tree: [] };

/** Shows its clients what the other processes have told it, and first what they have missed. */
export const watch: Behavior = (inbox) =>
  inbox.pipe(
    ofTopic(seen, grown, ws.join, ws.leave),
    transition([NOTHING], (state, message) => {
      const { watchers, recent, tree } = state;
      if (is(message, ws.join)) {
        const { client_pid: pid } = message.payload;
        return [{ ...state, watchers: [...watchers, pid] }, ...show([pid], ...recent, ...tree)];
      }
      if (is(message, ws.leave)) {
        const { client_pid: gone } = message.payload;
        return [{ ...state, watchers: watchers.filter((pid) => pid !== gone) }];
      }
      if (is(message, grown)) {
        const data = JSON.stringify({ topic: 'tree', payload: message.payload });
        return [{ ...state, tree: [data] }, ...show(watchers, data)];
      }
      const data = JSON.stringify(message.payload);
      return [{ ...state, recent: [...recent, data].slice(-MEMORY) }, ...show(watchers, data)];
    }),
  );

const show = (pids: readonly Pid[], ...texts: readonly string[]): Command[] =>
  pids.flatMap((pid) => texts.map((data) => send(pid, ws.send, { type: 'text', data })));
