import { concat, filter, map, NEVER, type Observable, type SchedulerLike } from 'rxjs';
import {
  type ChannelClient,
  type ClientOptions,
  type ClientState,
  connectChannels,
} from '../../lib/client/index.js';
import {
  type ClientAct,
  type FakeServer,
  fakeServer,
  type ServerAction,
} from '../../lib/testing/index.js';

/** When a scene is over, in milliseconds: its client is closed, because else it would keep time for ever. */
const OVER = 30_000;
const END = 'end of the scene';

/**
 * A client of a fake server, without chance. What it shows is what happens before its end.
 */
export function scene(
  scheduler: SchedulerLike,
  script$?: Observable<ServerAction>,
  options: ClientOptions = {},
): Scene {
  const server = fakeServer(script$);
  const { WebSocket } = server;
  const settings = { WebSocket, scheduler, random: () => 0.5, ...options };
  const client = connectChannels('ws://test/ws', settings);
  scheduler.schedule(() => client.close(1000, END), OVER);
  return {
    client,
    server,
    heard$: server.heard$.pipe(
      map(line),
      filter((each) => !each.endsWith(END)),
    ),
    state$: shown(client.state$).pipe(
      map(stateLine),
      filter((each) => !each.endsWith(END)),
    ),
  };
}

/** A client and its server; `heard$` is what the client does and `state$` how it stands, on one line each. */
export interface Scene {
  readonly client: ChannelClient;
  readonly server: FakeServer;
  readonly heard$: Observable<string>;
  readonly state$: Observable<string>;
}

/** A stream without its completion by the end of its scene. */
export const shown = <T>(stream$: Observable<T>): Observable<T> => concat(stream$, NEVER);

/** What a client does, on one line; messages of a frame are divided by a bar. */
export function line(act: ClientAct): string {
  if (act.type === 'dial') return 'dial';
  if (act.type === 'close') return `close ${act.code} ${act.reason}`.trim();
  if (act.type === 'data') return `data ${String(act.data)}`;
  return act.messages.map(messageLine).join(' | ');
}

function messageLine(message: Readonly<Record<string, unknown>>): string {
  const { type, id, channel, once, ok, error } = message;
  const payload = Object(message.payload);
  if (ok !== undefined) return words('reply', id, ok ? message.payload : Object(error).code);
  if (type === 'system') {
    const { command, ...fields } = payload;
    return words(id, command, ...Object.values(fields));
  }
  const said = type === 'event' ? [payload.event, payload.data] : [type, message.payload];
  return words(id, once && 'once', channel, ...said);
}

const words = (...all: readonly unknown[]): string =>
  all
    .filter((each) => each !== undefined && each !== null && each !== false && each !== true)
    .map((each) =>
      typeof each === 'object' ? JSON.stringify(each).replaceAll('"', '') : String(each),
    )
    .join(' ');

/** A state, on one line. */
export function stateLine(state: ClientState): string {
  switch (state.status) {
    case 'open':
      return `open ${state.id}${state.resumed ? ' resumed' : ''}`;
    case 'waiting':
      return `waiting ${state.ended.code} until ${state.retryAt}`;
    case 'closed':
      return `closed ${state.ended.code} ${state.ended.reason}`.trim();
    case 'connecting':
      return `connecting ${state.attempt}`;
    default:
      return state.status;
  }
}
