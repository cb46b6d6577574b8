import { type Behavior, is, ofTopic, type Pid, topic } from 'rx-process';
import { channel, type WebSocketManager, WebSocketMessage } from 'rx-process/channels';
import { filter, ignoreElements, merge, tap } from 'rxjs';

/** What happened, as it is shown. */
export interface Sight {
  readonly topic: string;
  /** Whose it is: a connection, or a process that has crashed. */
  readonly pid: Pid;
  readonly user?: string;
  readonly room?: string;
  readonly detail: string;
}

/** A process as it is drawn, with those below it. */
export interface Branch {
  readonly name: string;
  /** None while it is being restarted. */
  readonly pid: Pid | undefined;
  /** Whether it is a connection, by the name of who is at its other end. */
  readonly isClient: boolean;
  /** How often it has been restarted after a crash. */
  readonly restarts: number;
  readonly children: readonly Branch[];
  /** How many children there are beside those. */
  readonly more: number;
}

/** The name of the watch, which whoever has something to show sends it to; and of the channel of those who watch. */
export const WATCH = 'watch';
/** Something that happened: the last of them are kept. */
export const seen = topic<Sight>('watch.seen');
/** The whole tree as it is now: only the newest counts. */
export const grown = topic<readonly Branch[]>('watch.grown');

/** Anybody may watch, and nothing is taken from who does. */
export const watching = channel(WATCH, { description: 'What the server sees', events: [] });

/** How many sights a new watcher is shown. */
const MEMORY = 50;

/** Shows the members of its channel what the other processes have told it, and a new one first what it has missed. */
export const watch =
  (manager: WebSocketManager): Behavior =>
  (inbox) => {
    const watchers = manager.channel(WATCH);
    const recent: WebSocketMessage[] = [];
    let tree: WebSocketMessage | undefined;

    const newcomer$ = watchers.members$.pipe(
      filter(({ type }) => type === 'joined'),
      tap(({ connection: { pid } }) => {
        for (const message of [...recent, ...(tree ? [tree] : [])]) {
          manager.sendToConnection(pid, message);
        }
      }),
    );
    const news$ = inbox.pipe(
      ofTopic(seen, grown),
      tap((message) => {
        const isTree = is(message, grown);
        const news = WebSocketMessage.event(isTree ? 'tree' : 'seen', message.payload);
        if (isTree) tree = news;
        else if (recent.push(news) > MEMORY) recent.shift();
        watchers.send(news);
      }),
    );
    return merge(newcomer$, news$).pipe(ignoreElements());
  };
