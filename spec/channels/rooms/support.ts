import { Subject } from 'rxjs';
import {
  type ChannelDefinition,
  type ChannelOptions,
  channel,
  type ManagerOptions,
  type Schema,
  type WebSocketManager,
} from '../../../lib/channels/index.js';
import { insideOf } from '../../../lib/core/index.js';
import type { Pid } from '../../../lib/index.js';
import { V1 } from '../../../lib/protocol/index.js';
import { Hub, type SocketEvent } from '../../../lib/relay/index.js';
import type { TestSystem } from '../../../lib/testing/live/testSystem.js';
import { type FakeSocket, fakeSocket } from '../../../lib/testing/marbles/fakeSocket.js';
import { world } from './places.js';

/** A manager on virtual time, with clients over fake sockets. */
export class Place {
  /** Where the processes of channels are. */
  readonly system: TestSystem;
  /** Where the clients are. */
  readonly manager: WebSocketManager;
  readonly hub: Hub;
  /** What the system has told of: crashes, drops, warnings. */
  readonly events: string[];
  readonly #anchor: (name: string) => void;
  readonly #managers: ReadonlySet<WebSocketManager>;

  constructor(
    channels: readonly ChannelDefinition[],
    options: ManagerOptions = {},
    readonly settings: ConstructorParameters<typeof TestSystem>[0] = {},
  ) {
    const { here, there, anchor } = world.make({ channels, ...options }, settings);
    this.system = there.system;
    this.#managers = new Set([here.manager, there.manager]);
    this.manager = here.manager;
    this.hub = new Hub(here.system, {});
    const told: string[] = [];
    for (const { events$ } of new Set([here.system, there.system])) {
      events$.subscribe((event) => {
        const text = briefly(event);
        if (text !== '') told.push(text);
      });
    }
    this.events = told;
    this.#anchor = anchor;
    for (const { pattern } of channels) this.#settle(pattern);
    this.system.flush();
  }

  /** What specs call a channel of this pattern. */
  #settle(pattern: string): void {
    const names = pattern === '*' ? ['one', 'two'] : [pattern.replace('*', '1')];
    for (const name of names) this.#anchor(name);
  }

  /** Defines a channel, wherever it is. */
  define(name: string, options: ChannelOptions = {}): void {
    for (const manager of this.#managers) manager.define(channel(name, options));
    this.#settle(name);
  }

  /** A client of v1 that has been welcomed. */
  client(
    identity: string,
    { protocol = V1 as 'plain' | typeof V1, channel: path = '' } = {},
  ): Client {
    const { arrivals, broker } = this.manager[insideOf];
    const connection = arrivals.newcomer({ identity, protocol });
    arrivals.expect({
      connection,
      channel: path === '' ? undefined : { name: path, joining: {} },
      payload: 1_000,
      expiresIn: undefined,
      refresh: undefined,
    });
    const said = new Subject<SocketEvent>();
    const socket = fakeSocket({ events$: said });
    const config = {
      ...{ target: broker.pid as Pid, rejoin: 0, message_topic: 'ws.message' },
      ...{ metadata: { id: connection.id }, heartbeat_interval: 0, expires_at: 0 },
    };
    const pid = this.hub.connect(socket, config) as Pid;
    this.system.flush();
    return new Client(this.system, said, socket, pid, identity);
  }
}

/** A client: what it says, and what it has been told. */
export class Client {
  #ids = 0;

  constructor(
    readonly system: TestSystem,
    readonly said: Subject<SocketEvent>,
    readonly socket: FakeSocket,
    readonly pid: Pid,
    readonly identity: string,
  ) {}

  /** Sends without letting anything happen. */
  put(frame: object): void {
    const data = JSON.stringify(frame);
    this.said.next({ type: 'frame', data, size: data.length });
  }

  say(frame: object): void {
    this.put(frame);
    this.system.flush();
  }

  /** Subscribes; gives the id of the request. */
  join(name: string, more: object = {}): number {
    this.say({
      id: ++this.#ids,
      type: 'system',
      payload: { command: 'subscribe', channel: name, ...more },
    });
    return this.#ids;
  }

  leave(channel: string): void {
    this.say({ type: 'system', payload: { command: 'unsubscribe', channel } });
  }

  /** Sends an event to a channel and waits for its answer; gives the id. */
  ask(channel: string, event: string, data: unknown = null): number {
    this.say({ id: ++this.#ids, type: 'event', channel, payload: { event, data } });
    return this.#ids;
  }

  /** Sends an event to a channel. */
  tell(channel: string, event: string, data: unknown = null): void {
    this.say({ type: 'event', channel, payload: { event, data } });
  }

  drop(): void {
    this.said.next({ type: 'closed', code: 1006, reason: '' });
    this.system.flush();
  }

  /** All frames that it got, decoded. */
  get frames(): readonly Frame[] {
    return this.socket.actions.flatMap((action) =>
      action.type === 'write' ? [JSON.parse(action.data as string) as Frame] : [],
    );
  }

  /** What it got since it was last asked, each in brief. */
  news(): string[] {
    const all = this.frames.map(brief);
    const news = all.slice(this.#read);
    this.#read = all.length;
    return news;
  }
  #read = 0;

  /** The close frame that it got. */
  get closed(): string | undefined {
    const close = this.socket.actions.find((action) => action.type === 'close');
    return close?.type === 'close' ? `${close.code} ${close.reason}` : undefined;
  }
}

/** A frame of the server. */
// biome-ignore lint/suspicious/noExplicitAny: specs look at what is on the wire
export type Frame = any;

/** `said {"text":"hi"}`, `#7 ok …`, `#7 crashed`, `rx:unsubscribed crashed true`. */
export function brief(frame: Frame): string {
  if (Array.isArray(frame)) return `[${frame.map(brief).join(', ')}]`;
  const { id, ok, error, result, payload, type } = frame;
  if (error !== undefined) return `#${id} ${error.code}`;
  if (ok === true) return `#${id} ${JSON.stringify(result?.state ?? (result ? 'in' : payload))}`;
  if (type !== 'event') return String(payload);
  const { event, data } = payload;
  if (event === 'rx:unsubscribed') return `${event} ${data.code} ${data.retry}`;
  return `${event} ${JSON.stringify(data)}`;
}

// biome-ignore lint/suspicious/noExplicitAny: any event
function briefly(event: any): string {
  if (event.type === 'exited' && event.reason.error?.name === 'ConnectionError') return '';
  if (event.type === 'exited' && event.reason.type === 'error')
    return `crash ${event.reason.error.message}`;
  if (event.type === 'drop') return `drop ${event.reason} ${event.count}`;
  if (event.type === 'deadLetter') return `deadLetter ${event.topic}`;
  if (event.type === 'warning') return `warning ${event.code}: ${event.message}`;
  if (event.type === 'handlerError') return `handlerError ${event.error.message}`;
  return '';
}

/** A schema that makes of a value another one, or says what is wrong. */
// biome-ignore lint/suspicious/noExplicitAny: of whatever the spec says
export const schema = (validate: (value: unknown) => any): Schema<any> => ({
  '~standard': { version: 1, vendor: 'spec', validate },
});

/** One that says `true`, or where a value is wrong. */
export const fits = (look: (value: unknown) => true | string | false) =>
  schema((value) => {
    const wrong = look(value);
    return wrong === true ? { value } : { issues: [{ message: 'wrong', path: [String(wrong)] }] };
  });
