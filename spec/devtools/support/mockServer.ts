import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  BehaviorSubject,
  defer,
  filter,
  firstValueFrom,
  interval,
  map,
  type Observable,
  of,
  Subject,
  type Subscription,
  startWith,
  throwError,
} from 'rxjs';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Hello } from '../../../lib/devtools/wire/answer.js';
import type { Act, Ask, SpecAsk, Watch, Window } from '../../../lib/devtools/wire/ask.js';
import type { EventsView } from '../../../lib/devtools/wire/eventsView.js';
import {
  channels,
  connections,
  lifeAt,
  overviewAt,
  pageOf,
  pidOf,
  processes,
  restarted,
  tree,
  viewOf,
} from './madeUp.js';

const FILES: Readonly<Record<string, readonly [name: string, type: string]>> = {
  '/': ['devtools.html', 'text/html; charset=utf-8'],
  '/devtools.js': ['devtools.js', 'text/javascript; charset=utf-8'],
  '/devtools.css': ['devtools.css', 'text/css; charset=utf-8'],
};
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

/** Serves the page and says what the devtools' server says, of a system that is made up (madeUp.ts). */
export async function mockServer(options: Partial<Hello> = {}): Promise<MockServer> {
  const world = new World({
    version: '0.1.0',
    node: 'made-up',
    actions: true,
    payloads: true,
    now: 0,
    ...options,
  });
  const http = createServer(({ url = '/' }, res) => {
    const file = FILES[url];
    if (file === undefined) return void res.writeHead(404).end();
    const body = readFileSync(new URL(`../../../dist/browser/${file[0]}`, import.meta.url));
    res.writeHead(200, { 'content-type': file[1], 'content-security-policy': POLICY }).end(body);
  });
  let isAway = false;
  const verifyClient = (): boolean => !isAway;
  const sockets = new WebSocketServer({ server: http, path: '/live', verifyClient });
  sockets.on('connection', (socket) => world.serve(socket));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    acts: world.acts,
    watches: world.watches,
    crash: (id) => world.tree$.next(world.tree$.value.map((root) => restarted(root, id))),
    tell: (events) => world.events$.next(events),
    disconnect: () => {
      isAway = true;
      for (const socket of sockets.clients) socket.terminate();
    },
    reconnect: () => {
      isAway = false;
    },
    idle: () => world.when(() => world.watches.size === 0),
    watched: (kind) => world.when(() => [...world.watches.values()].includes(kind)),
    close: () => {
      for (const socket of sockets.clients) socket.terminate();
      http.close();
    },
  };
}

/** What a page may see, and what has been asked. */
class World {
  readonly acts: Act[] = [];
  /** Which watches are on, as the kind of each. */
  readonly watches = new Map<string, string>();
  /** One of them has begun or ended. */
  readonly #watched$ = new Subject<void>();
  readonly tree$ = new BehaviorSubject(tree);
  readonly events$ = new Subject<EventsView>();
  readonly #hello: Hello;
  readonly #began = Date.now();

  constructor(hello: Hello) {
    this.#hello = hello;
  }

  get #now(): number {
    return Date.now() - this.#began;
  }

  serve(socket: WebSocket): void {
    const say = (answer: object): void => socket.send(JSON.stringify(answer));
    const on = new Map<number, Subscription>();
    const end = (id: number): void => on.get(id)?.unsubscribe();
    say({ hello: { ...this.#hello, now: this.#now } });
    socket.on('close', () => [...on.keys()].forEach(end));
    socket.on('message', (data) => {
      const { id, ...ask } = JSON.parse(String(data)) as Ask;
      end(id);
      if ('stop' in ask) return;
      const doing = this.#answers(ask).subscribe({
        next: (value) => say({ id, value }),
        error: (error) => say({ id, error }),
      });
      if ('watch' in ask) this.#count(ask, doing);
      on.set(id, doing);
    });
  }

  #count(ask: Watch, doing: Subscription): void {
    const key = `${ask.watch} ${this.watches.size} ${this.#now}`;
    this.watches.set(key, ask.watch);
    this.#watched$.next();
    doing.add(() => {
      this.watches.delete(key);
      this.#watched$.next();
    });
  }

  /** Resolves as soon as something is so of the watches. */
  async when(isSo: () => boolean): Promise<void> {
    await firstValueFrom(this.#watched$.pipe(startWith(undefined), filter(isSo)));
  }

  #answers(ask: Watch | SpecAsk | Act): Observable<unknown> {
    if ('watch' in ask) return this.#watch(ask);
    if ('spec' in ask) return this.#spec(ask);
    this.acts.push(ask);
    return of(true);
  }

  #watch(ask: Watch): Observable<unknown> {
    const each = <T>(ms: number, make: (i: number) => T): Observable<T> =>
      interval(ms).pipe(
        startWith(-1),
        map((i) => make(i + 1)),
      );
    switch (ask.watch) {
      case 'overview':
        return each(1_000, () => overviewAt(this.#now));
      case 'processes':
        return each(1_000, () => pageOf(processes, ask as Window<string>));
      case 'connections':
        return each(1_000, (i) => ({
          ...pageOf(
            connections.map((row) => ({ ...row, sent: row.sent + i * 31 })),
            ask as Window<string>,
          ),
          closes: { 1000: 120, 1001: 48, 1006: 7, 4408: 1 },
        }));
      case 'channels':
        return each(1_000, () => pageOf(channels, ask as Window<string>));
      case 'channel':
        return each(1_000, () => this.#channel(ask.name));
      case 'tree':
        return this.tree$;
      case 'process':
        return defer(() => {
          const view = viewOf(ask.pid);
          return view === undefined
            ? refused('NotFound', `There is no process ${ask.pid}.`)
            : of(view);
        });
      case 'life':
        return interval(100).pipe(
          map((i) =>
            lifeAt(
              i,
              this.#now,
              ask.next ? pidOf(90) : ask.of,
              ask.follow === true,
              this.#hello.payloads,
            ),
          ),
        );
      case 'events':
        return this.events$;
    }
  }

  #channel(name: string): unknown {
    const members = connections.filter((each) => each.channels.includes(name));
    return {
      ...channels.find((each) => each.name === name),
      connections: members.map(({ pid, who }) => ({ pid, who })).slice(0, 50),
      present: members.flatMap(({ who }) => (who === undefined ? [] : [{ key: who, count: 1 }])),
    };
  }

  #spec({ spec }: SpecAsk): Observable<string> {
    if (spec.pid === pidOf(4))
      return refused(
        'Invalid',
        'It was running before you looked: a spec begins with the first turn.',
      );
    return of(`// Written from a trace of ${spec.pid}\nit('does what was recorded', () => {});\n`);
  }
}

const refused = (code: string, text: string): Observable<never> =>
  throwError(() => ({ code, text }));

/** A server that `mockServer` has started. */
export interface MockServer {
  readonly url: string;
  /** What the page had done. */
  readonly acts: readonly Act[];
  /** What the pages watch now: its values are the kinds. */
  readonly watches: ReadonlyMap<string, string>;
  /** Has the place of the tree with this id filled again. */
  readonly crash: (id: string) => void;
  readonly tell: (events: EventsView) => void;
  /** Cuts all pages off, and refuses them until `reconnect`. */
  readonly disconnect: () => void;
  readonly reconnect: () => void;
  /** Waits until nobody watches anything. */
  readonly idle: () => Promise<void>;
  /** Waits until something of this kind is watched. */
  readonly watched: (kind: Watch['watch']) => Promise<void>;
  readonly close: () => void;
}
