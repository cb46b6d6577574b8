// A room that crashes at every tenth message, and nobody notices: its supervisor starts it again, and its
// clients stay connected.
//
//   node --import tsx examples/11-rejoin.ts      ws://127.0.0.1:3000/ws/room, by several clients
import express from 'express';
import { type Behavior, broadcast, createSystem, join, ofTopic, supervise } from 'rx-process';
import { acceptUpgrades, setRelay, websocketRelay, ws } from 'rx-process/express';
import {
  concat,
  concatMap,
  EMPTY,
  filter,
  map,
  merge,
  type Observable,
  of,
  throwError,
} from 'rxjs';
import { isMain, listen } from './lib/listen.js';

/** Every tenth message is one too many for it, which it finds when the message is out. */
function check(count: number): Observable<never> {
  return count % 10 === 0 ? throwError(() => new Error(`message ${count}`)) : EMPTY;
}

/**
 * Says on what each client says. Who is a member is known to the group, not to the room: a crash forgets
 * nobody, and who joins again is no newcomer.
 */
export const room: Behavior = (inbox) => {
  const members$ = inbox.pipe(
    ofTopic(ws.join),
    filter(({ payload }) => payload.rejoined === undefined),
    map(({ payload }) => join('members', payload.client_pid)),
  );
  const talk$ = inbox.pipe(
    ofTopic(ws.message),
    concatMap(({ payload: { data } }, index) =>
      concat(of(broadcast('members', ws.send, { data })), check(index + 1)),
    ),
  );
  return merge(members$, talk$);
};

const system = createSystem();
const relay = websocketRelay(system);
const app = express();
system.spawn(
  supervise({ children: [{ id: 'room', name: 'room', behavior: room }], intensity: 1_000 }),
);

app.use('/ws', relay);
app.get('/ws/room', (_request, response) => {
  setRelay(response, { target_name: 'room', rejoin: '5s' }).end();
});

if (isMain(import.meta)) acceptUpgrades(listen(app, { relay, system }));
