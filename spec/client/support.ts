import {
  concat,
  filter,
  map,
  NEVER,
  type Observable,
  type SchedulerLike,
  type Subscription,
  VirtualTimeScheduler,
} from 'rxjs';
import {
  type ChannelClient,
  type ChannelError,
  type ChannelState,
  type ClientOptions,
  type ClientState,
  connectChannels,
  type WireMessage,
} from '../../lib/client/index.js';
import {
  type ClientAct,
  type FakeServer,
  fakeServer,
  type ServerAction,
  serves,
} from '../../lib/testing/index.js';

/** A client and its server; `heard$` is what the client does and `state$` how it stands, on one line each. */
export interface Scene {
  readonly client: ChannelClient;
  readonly server: FakeServer;
  readonly heard$: Observable<string>;
  readonly state$: Observable<string>;
}

/** When a scene is over, in milliseconds: its client is closed, because else it would keep time for ever. */
const OVER = 30_000;
const END = 'end of the scene';

/** A client of a fake server, without chance. What it shows is what happens before its end. */
export function scene(
  scheduler: SchedulerLike,
  script$?: Observable<ServerAction>,
  options: ClientOptions = {},
  over = OVER,
): Scene {
  const server = fakeServer(script$);
  const { WebSocket } = server;
  const settings = { WebSocket, scheduler, random: () => 0.5, ...options };
  const client = connectChannels('ws://test/ws', settings);
  scheduler.schedule(() => client.close(1000, END), over);
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

/** A stream without its completion by the end of its scene. */
export const shown = <T>(stream$: Observable<T>): Observable<T> => concat(stream$, NEVER);

/** What is done when: milliseconds and an action of the server, or a step of the client's user. */
export type Plan = readonly (readonly [number, ServerAction | Step])[];

interface Step {
  readonly step: (scene: Scene) => void;
}

/** A step of a plan that is not the server's. */
export const does = (step: Step['step']): Step => ({ step });

/**
 * Plays a plan on a clock of its own, till a millisecond after its last step; what was heard and how the client stood,
 * each with its time.
 */
export function play(
  plan: Plan,
  { over, ...options }: ClientOptions & { readonly over?: number } = {},
  watch: (scene: Scene, log: (what: string) => void) => void = () => {},
): string[] {
  const scheduler = new VirtualTimeScheduler();
  const last = Math.max(0, ...plan.map(([at]) => at));
  const stage = scene(scheduler, undefined, options, over ?? last + 1);
  const lines: string[] = [];
  const log = (what: string): void => {
    lines.push(`${scheduler.now()} ${what}`);
  };
  stage.heard$.subscribe(log);
  stage.state$.subscribe(log);
  watch(stage, log);
  for (const [at, step] of plan) {
    scheduler.schedule(() => {
      if (typeof step === 'object') step.step(stage);
      else stage.server.perform(step);
    }, at);
  }
  scheduler.flush();
  return lines;
}

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

/** A state of a client, on one line. */
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

/** A state of a channel, on one line. */
export function channelLine(state: ChannelState): string {
  if ('error' in state) return `${state.status} ${state.error.message}`;
  if (state.status !== 'subscribed') return state.status;
  const { position, recovered, synced } = state;
  const what = { true: 'recovered', false: 'not recovered', undefined: undefined }[`${recovered}`];
  const where = position && `${position.epoch}:${position.offset}`;
  return words('subscribed', what, where, !synced && 'not synced');
}

/** The data of an event, or the type of another message. */
export const dataOf = ({ type, payload }: WireMessage): unknown =>
  type === 'event' ? Object(payload).data : type;

/** Listens to the messages of channel a; what it hears is logged. */
export const listen = (
  { client }: Pick<Scene, 'client'>,
  log: (what: string) => void,
): Subscription =>
  client.channel('a').messages$.subscribe({
    next: (message) => log(`message ${dataOf(message)}`),
    error: ({ code }: ChannelError) => log(`error ${code}`),
    complete: () => log('complete'),
  });

/** The connection is lost, and the session goes on 301 ms later. */
export const back = (at: number): Plan => [
  [at, serves.close()],
  [at + 300, serves.hello({ session: 'session-2' })],
  [at + 301, serves.ok({ resumed: true })],
];
