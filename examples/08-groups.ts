// Price feeds and those who follow them, who know of each other only the name of a group.
//
//   node --import tsx examples/08-groups.ts      ws://127.0.0.1:3000/ws/prices
//
// Send a symbol, ABC or XYZ, to follow it; send it again to stop.
import express from 'express';
import {
  type Behavior,
  broadcast,
  createSystem,
  ofTopic,
  type Self,
  send,
  topic,
} from 'rx-process';
import { acceptUpgrades, json, setRelay, websocketRelay, ws } from 'rx-process/express';
import {
  distinctUntilChanged,
  ignoreElements,
  map,
  merge,
  NEVER,
  scan,
  switchMap,
  take,
  tap,
  timer,
} from 'rxjs';
import { isMain, listen } from './lib/listen.js';

export const price = topic<{ symbol: string; cents: number }>('price');
export const TICK = 250;
const SYMBOLS = ['ABC', 'XYZ'];

/** Quotes one symbol to whoever follows it, and does no work while nobody does. */
export const feed: Behavior = (_inbox, self) => {
  const symbol = String(self.args[0]);
  const quotes$ = timer(0, TICK).pipe(
    map((n) => broadcast(symbol, price, { symbol, cents: 1_000 + n })),
  );
  return self.monitorGroup(symbol).pipe(
    // The members come first, then every change: a count that misses nobody.
    scan(
      (count, { kind, data }) => count + data.PIDs.length * (kind === 'member.left' ? -1 : 1),
      0,
    ),
    map((count) => count > 0),
    distinctUntilChanged(),
    switchMap((followed) => (followed ? quotes$ : NEVER)),
  );
};

/** A client's own process. When the client goes it ends, and has thereby left every group. */
export const follower: Behavior = (inbox, self) => {
  const following = new Set<string>();
  const orders$ = inbox.pipe(
    ofTopic(ws.message),
    tap(({ payload }) => toggle(self, following, String(payload.data))),
    ignoreElements(),
  );
  const prices$ = inbox.pipe(
    ofTopic(ws.join),
    take(1),
    switchMap(({ payload: { client_pid } }) =>
      inbox.pipe(
        ofTopic(price),
        map(({ payload }) => send(client_pid, ws.send, json(payload))),
      ),
    ),
  );
  return merge(orders$, prices$);
};

function toggle(self: Self, following: Set<string>, symbol: string): void {
  if (!SYMBOLS.includes(symbol)) return;
  if (following.delete(symbol)) return self.leave(symbol);
  following.add(symbol);
  self.join(symbol);
}

const system = createSystem();
const relay = websocketRelay(system);
const app = express();
for (const symbol of SYMBOLS) system.spawn(feed, { args: [symbol] });

app.use('/ws', relay);
app.get('/ws/prices', (_request, response) => {
  setRelay(response, { target: follower }).end();
});

if (isMain(import.meta)) acceptUpgrades(listen(app, { relay, system }));
