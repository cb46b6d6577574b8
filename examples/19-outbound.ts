// A feed of another server, for clients of our own: one connection to it serves them all. It is a child of a supervisor,
// so it comes back when the feed does, and the clients stay.
//
//   PORT=3001 node --import tsx examples/08-groups.ts      the other server
//   node --import tsx examples/19-outbound.ts              ws://127.0.0.1:3000/ws/prices
//
// End the other server, and start it again.
import express from 'express';
import {
  type Behavior,
  broadcast,
  createSystem,
  join,
  type Message,
  ofTopic,
  send,
  supervise,
} from 'rx-process';
import { acceptUpgrades, json, setRelay, websocketRelay, wsOf } from 'rx-process/express';
import { dial } from 'rx-process/ws';
import { filter, map, merge } from 'rxjs';
import { isMain, listen } from './lib/listen.js';

const { FEED = 'ws://127.0.0.1:3001/ws/prices' } = process.env;

/** Only the feed has a symbol; our clients have none. */
const metadata = { symbol: 'ABC' };
export const ws = wsOf<Partial<typeof metadata>>();

const isFeed = <P extends { metadata: Partial<typeof metadata> }>({
  payload,
}: Message<P>): boolean => payload.metadata.symbol !== undefined;

/** Passes on what the feed says. To this process it is one more connection, of which it hears and to which it sends. */
export const prices: Behavior = (inbox) => {
  const joined$ = inbox.pipe(
    ofTopic(ws.join),
    map(({ payload: { client_pid, metadata } }) =>
      metadata.symbol === undefined
        ? join('clients', client_pid)
        : send(client_pid, ws.send, { data: metadata.symbol }),
    ),
  );
  const quote$ = inbox.pipe(
    ofTopic(ws.message),
    filter(isFeed),
    map(({ payload: { data } }) => broadcast('clients', ws.send, { data })),
  );
  const lost$ = inbox.pipe(
    ofTopic(ws.leave),
    filter(isFeed),
    map(({ payload: { metadata } }) =>
      broadcast('clients', ws.send, json({ ...metadata, lost: true })),
    ),
  );
  return merge(joined$, quote$, lost$);
};

const system = createSystem();
const relay = websocketRelay(system);
const app = express();

app.use('/ws', relay);
app.get('/ws/prices', (_request, response) => {
  setRelay(response, { target_name: 'prices', rejoin: '5s' }).end();
});

if (isMain(import.meta)) {
  const feed = dial(FEED, { target: 'prices', metadata });
  const children = [
    { id: 'prices', name: 'prices', behavior: prices },
    { id: 'feed', behavior: feed },
  ];
  const backoff = { initial: '200ms', max: '5s' };
  system.spawn(supervise({ strategy: 'rest_for_one', children, backoff }));
  acceptUpgrades(listen(app, { relay, system }));
}
