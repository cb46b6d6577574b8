import {
  catchError,
  distinctUntilChanged,
  exhaustMap,
  filter,
  interval,
  last,
  map,
  of,
  takeUntil,
} from 'rxjs';
import {
  type ChannelClient,
  type ClientOptions,
  type ClientState,
  connectChannels,
  type Position,
} from '../../../lib/client/index.js';

/**
 * What each client of these specs does, in a page and in Node alike: it follows a room, asks something of it all the time
 * that must not be done twice, and tells what it sees.
 */
export function follow({ url, room, options, place }: Following, tell: Tell): ChannelClient {
  const client = connectChannels(url, { backoff: { base: 50, cap: 500 }, ...options });
  client.state$.subscribe((state) => tell('states', textOf(state)));
  const since = place.load();
  const channel = client.channel(room, since && { since });
  channel.gaps$.subscribe(({ reason }) => tell('heard', `gap ${reason}`));
  channel.events<number>('said').subscribe((n) => tell('heard', n));
  channel.presence$.subscribe((list) =>
    tell(
      'here',
      list
        .map(({ key, metas }) => `${key}${metas.length}`)
        .sort()
        .join(' '),
    ),
  );
  channel.state$
    .pipe(
      distinctUntilChanged((one, other) => one.status === other.status),
      filter((state) => state.status === 'subscribed'),
    )
    .subscribe(({ recovered }) => tell('recovered', `${recovered}`));
  channel.state$.subscribe((state) => {
    if (state.status === 'subscribed' && state.position) place.save(state.position);
  });
  const id = Math.random();
  interval(30)
    .pipe(
      takeUntil(client.state$.pipe(last())),
      exhaustMap((n) =>
        channel.request('do', `${id} ${n}`, { once: true, timeout: 60_000 }).pipe(
          map(() => 'done'),
          catchError(({ code }) => of(String(code))),
        ),
      ),
    )
    .subscribe((answer) => tell('answers', answer));
  return client;
}

export interface Following {
  readonly url: string;
  readonly room: string;
  readonly options?: ClientOptions;
  /** Where it keeps its position, for the one that comes after it. */
  readonly place: { load(): Position | undefined; save(position: Position): void };
}

/** What a client has told. */
export interface Told {
  /** How it stood: `open`, `open resumed`, `waiting 1006` and so on. */
  readonly states: string[];
  /** The numbers that were said in the room, and `gap …` where it was told that some are missing. */
  readonly heard: (number | string)[];
  /** Each list of who is there, with the number of their connections: `ann1 bob2`. */
  readonly here: string[];
  /** Of each membership whether nothing was missed. */
  readonly recovered: string[];
  /** To what it has asked: `done`, or a code. */
  readonly answers: string[];
}

export type Tell = (list: keyof Told, what: string | number) => void;

function textOf(state: ClientState): string {
  switch (state.status) {
    case 'open':
      return state.resumed ? 'open resumed' : 'open';
    case 'waiting':
      return `waiting ${state.ended.code}`;
    case 'closed':
      return `closed ${state.ended.code} ${state.ended.reason}`.trim();
    default:
      return state.status;
  }
}
