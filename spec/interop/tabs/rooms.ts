import { execFileSync } from 'node:child_process';
import { jest } from '@jest/globals';
import { filter, map } from 'rxjs';
import {
  type ChannelBehavior,
  channel,
  event,
  type HistoryStore,
  ofEvent,
  WebSocketMessage,
} from '../../../lib/channels/index.js';
import { reply } from '../../../lib/index.js';
import { type ServedChannels, serveChannels } from '../../channels/served.js';
import { onCleanup } from '../../express/support.js';
import { Network } from '../network.js';
import { Changing } from './changing.js';

/** Every 10 ms there is another number in a room. */
const PACE = 10;
/** More than is said in the longest wait of a spec. */
const MANY = 20_000;

/**
 * The server of these specs, which can be another one from now on. In its rooms numbers are said all the time, and what is
 * asked there is noted, so that one sees whether it was done twice.
 */
export class Rooms extends Changing {
  /** Who has asked for what, in the order in which it was done. */
  readonly done: string[] = [];
  /** Whose connections have ended, and by which close code. */
  readonly left: string[] = [];
  #served: ServedChannels | undefined;
  readonly #networks = new Set<Network>();
  readonly #said = new Map<string, number>();

  /** @param openStore gives the store of the rooms that begin with `disk:` */
  constructor(readonly openStore: () => Promise<HistoryStore>) {
    super();
  }

  async start(): Promise<this> {
    const clock = setInterval(() => this.#say(), PACE);
    onCleanup(() => clearInterval(clock));
    await this.#start();
    return this;
  }

  /** A network to the server, whichever it is. */
  async network(): Promise<Network> {
    const network = new Network(this.#running.port);
    await network.listen();
    this.#networks.add(network);
    onCleanup(() => network.close());
    return network;
  }

  /** From now on something is said in a room. */
  talkIn(room: string): void {
    this.#said.set(room, 0);
  }

  /** The last number that was said in a room. */
  saidIn(room: string): number {
    return this.#said.get(room) ?? 0;
  }

  /** Waits until something of a user is done that was not asked before. */
  async doesSomething(user: string): Promise<void> {
    const before = this.done.length;
    const isDone = (): boolean => this.done.slice(before).some((each) => each.startsWith(user));
    await this.until(`something of ${user} is done`, isDone);
  }

  /** Waits until a connection of a user is closed from now on with a code. */
  async closes(user: string, code: number): Promise<void> {
    const before = this.left.length;
    const isClosed = (): boolean => this.left.slice(before).includes(`${user} ${code}`);
    await this.until(`${user} is closed with ${code}`, isClosed);
  }

  /** Ends in order and starts again. Its clients are to come back in a moment, and not in five seconds. */
  async restart(): Promise<void> {
    const random = jest.spyOn(Math, 'random').mockReturnValue(0.01);
    await this.#end();
    random.mockRestore();
    await this.#start();
  }

  /** Is killed, as far as anybody can see who is connected to it, and starts again. */
  async crash(): Promise<void> {
    for (const network of this.#networks) network.down();
    await this.#end();
    await this.#start();
    for (const network of this.#networks) network.up();
  }

  protected tells(): string {
    return JSON.stringify({ done: this.done.slice(-3), left: this.left });
  }

  get #running(): ServedChannels {
    return this.#served as ServedChannels;
  }

  async #end(): Promise<void> {
    const { server, relay, system } = this.#running;
    this.#served = undefined;
    server.close();
    await relay.shutdown();
    await system.shutdown();
  }

  async #start(): Promise<void> {
    const history = { size: MANY, recover: MANY, bytes: 16 * 1024 * 1024 };
    const options = { behavior: this.#does, presence: { linger: '30s' } };
    const store = await this.openStore();
    const served = await serveChannels({
      channels: [
        channel('room:*', { ...options, history }),
        channel('disk:*', { ...options, history: { ...history, store } }),
      ],
      limits: { session: '1m' },
      before: (app) => {
        app.get('/follow.js', (_request, response) => void response.type('js').send(SCRIPT));
        app.get('/other', (_request, response) => void response.type('html').send('<p>other'));
        app.get('/', (_request, response) => void response.type('html').send(PAGE));
        app.use('/ws', (request, response, next) => {
          if (request.query.user === 'nobody') response.status(403).end();
          else next();
        });
      },
      connect: ({ query }) => ({ identity: `${query.user}` }),
      // Who has no network answers no close frame.
      closeTimeout: 500,
    });
    served.manager.connections$
      .pipe(filter(({ type }) => type === 'left'))
      .subscribe(({ connection, code }) => this.#notes(this.left, connection.identity, code));
    this.#served = served;
    onCleanup(() => {
      this.#served = undefined;
    });
    for (const network of this.#networks) network.target = served.port;
  }

  /** Says the next number everywhere, if there is a server. */
  #say(): void {
    if (this.#served === undefined) return;
    for (const [room, said] of this.#said) {
      this.#said.set(room, said + 1);
      this.#served.manager.sendToChannel(room, WebSocketMessage.event('said', said + 1));
    }
  }

  readonly #does: ChannelBehavior = (inbox) =>
    inbox.pipe(
      ofEvent(DO),
      map((message) => {
        this.#notes(this.done, message.connection.identity, message.data);
        return reply(message, 'done');
      }),
    );

  #notes(list: string[], ...what: unknown[]): void {
    list.push(what.join(' '));
    this.change$.next();
  }
}

const DO = event<string, string>('do');

/** Follows a room as the query of its address says. */
const PAGE = `<!doctype html><title>A room</title>
<script src="/follow.js"></script>
<script>
  const query = new URLSearchParams(location.search);
  // All that it has told, also before a reload: what is told as a page is left is not always heard.
  const told = JSON.parse(sessionStorage.getItem('told'))
    ?? { states: [], heard: [], here: [], recovered: [], answers: [] };
  addEventListener('pagehide', () => sessionStorage.setItem('told', JSON.stringify(told)));
  const says = (list, what) => {
    told[list].push(what);
    tell(list, what);
  };
  addEventListener('pageshow', ({ persisted }) => persisted && says('states', 'from the cache'));
  const client = bundle.follow(
    {
      url: '/ws?user=' + query.get('user'),
      room: query.get('room'),
      options: JSON.parse(query.get('options')),
      place: {
        load: () => JSON.parse(sessionStorage.getItem('position')) ?? undefined,
        save: (position) => sessionStorage.setItem('position', JSON.stringify(position)),
      },
    },
    says,
  );
</script>`;

const SCRIPT = execFileSync(
  'node_modules/.bin/esbuild',
  [
    'spec/interop/tabs/follow.ts',
    ...['--bundle', '--global-name=bundle', '--target=es2022', '--conditions=es2015'],
  ],
  { encoding: 'utf8' },
);
