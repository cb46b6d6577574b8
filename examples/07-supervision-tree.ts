// A supervision tree: rooms that come and go, beside a feed that fails and comes back.
//
//   node --import tsx examples/07-supervision-tree.ts
import {
  type Behavior,
  createSystem,
  ofTopic,
  startChild,
  supervise,
  type TreeNode,
  topic,
} from 'rx-process';
import { delay, filter, firstValueFrom, ignoreElements, map } from 'rxjs';
import { isMain } from './lib/listen.js';

const news = topic<string>('news');

const room: Behavior = (inbox, self) => {
  self.register(`room:${self.args[0]}`);
  return inbox.pipe(ignoreElements());
};

/** Lets it crash: coming back is its supervisor's business. */
const feed: Behavior = (inbox) =>
  inbox.pipe(
    ofTopic(news),
    map(({ payload }) => {
      if (payload === 'garbage') throw new Error('the feed sends garbage');
    }),
  );

const rooms = supervise({
  strategy: 'simple_one_for_one',
  children: { id: 'room', behavior: room, restart: 'transient' },
});
const feeds = supervise({
  children: [{ id: 'feed', behavior: feed, name: 'feed' }],
  backoff: { initial: '100ms', max: '30s' },
});
export const app = supervise({
  strategy: 'rest_for_one',
  children: [
    { id: 'rooms', type: 'supervisor', behavior: rooms, name: 'rooms' },
    { id: 'feeds', type: 'supervisor', behavior: feeds },
  ],
});

/** A tree as indented text. */
export const draw = (nodes: readonly TreeNode[], indent = ''): string =>
  nodes
    .map(({ id = 'app', status, children }) => {
      return `${indent}${id} ${status}\n${draw(children, `${indent}  `)}`;
    })
    .join('');

if (isMain(import.meta)) {
  const system = createSystem({ logger: false });
  const show = (): void => console.log(draw(system.tree()));
  const next = (what: string) =>
    firstValueFrom(
      system.events$.pipe(
        filter(({ type }) => type === what),
        delay(0),
      ),
    );

  system.spawn(app);
  await next('spawned');
  for (const name of ['lobby', 'kitchen'])
    await firstValueFrom(startChild(system, 'rooms', [name]));
  show();

  system.send('feed', news, 'garbage');
  await next('exited');
  show(); // the feed is down for 100 ms

  await next('spawned');
  show();
  await system.shutdown(); // from the leaves up
}
