// A live connection changes hands: a lobby pairs players, a game plays one round and gives them back.
//
//   node --import tsx examples/03-transfer.ts    ws://127.0.0.1:3000/ws/game, by two clients
//
// Say `play`; when another does too, say `rock`, `paper` or `scissors`.
import express from 'express';
import {
  type Behavior,
  type Command,
  createSystem,
  done,
  is,
  ofTopic,
  type Pid,
  send,
  transition,
} from 'rx-process';
import { acceptUpgrades, setRelay, websocketRelay, ws } from 'rx-process/express';
import { filter, merge, mergeMap, scan, take } from 'rxjs';
import { isMain, listen } from './lib/listen.js';

const BEATS: Readonly<Record<string, string>> = {
  rock: 'scissors',
  paper: 'rock',
  scissors: 'paper',
};

const say = (pid: Pid, data: string): Command => send(pid, ws.send, { type: 'text', data });
/** The socket stays open, its messages go to another process: leave here, join there, none lost. */
const handOver = (pid: Pid, target_pid: Pid): Command => send(pid, ws.control, { target_pid });

export const lobby: Behavior = (inbox, self) =>
  inbox.pipe(
    ofTopic(ws.join, ws.message, ws.leave),
    transition([undefined as Pid | undefined], (waiting, message) => {
      const pid = message.payload.client_pid;
      if (is(message, ws.leave)) return [waiting === pid ? undefined : waiting];
      const isReady = is(message, ws.message) && message.payload.data === 'play';
      if (!isReady) return [waiting, say(pid, 'lobby: say play')];
      if (waiting === undefined || waiting === pid) return [pid, say(pid, 'lobby: wait')];
      const room = self.spawn(game, { args: [self.pid, waiting, pid] });
      return [undefined, handOver(waiting, room), handOver(pid, room)];
    }),
  );

export const game: Behavior = (inbox, self) => {
  const [home, ...players] = self.args as readonly [Pid, Pid, Pid];
  const rival = (pid: Pid): Pid => (pid === players[0] ? players[1] : players[0]);

  const start$ = inbox.pipe(
    ofTopic(ws.join),
    mergeMap(({ payload }) => [say(payload.client_pid, 'game: rock, paper or scissors?')]),
  );
  const round$ = inbox.pipe(
    ofTopic(ws.message),
    filter(({ payload }) => Object.hasOwn(BEATS, String(payload.data))),
    scan((moves, { payload }) => moves.set(payload.client_pid, String(payload.data)), new Map()),
    filter((moves) => moves.size === 2),
    mergeMap((moves: ReadonlyMap<Pid, string>) => [
      ...players.map((pid) => say(pid, `game: ${verdict(moves.get(pid), moves.get(rival(pid)))}`)),
      ...players.map((pid) => handOver(pid, home)),
      done(),
    ]),
  );
  // A connection is a process: its monitor tells even of a player who went before the game began.
  const gone$ = merge(...players.map((pid) => self.monitor(pid))).pipe(
    take(1),
    mergeMap(({ from }) => [
      say(rival(from), 'game: you are alone'),
      handOver(rival(from), home),
      done(),
    ]),
  );
  return merge(start$, round$, gone$);
};

const verdict = (mine = '', theirs = ''): string =>
  mine === theirs ? 'draw' : BEATS[mine] === theirs ? 'you win' : 'you lose';

const system = createSystem();
const relay = websocketRelay(system);
const app = express();
const target_pid = system.spawn(lobby, { name: 'lobby' });

app.use('/ws', relay);
app.get('/ws/game', (_request, response) => {
  setRelay(response, { target_pid }).end();
});

if (isMain(import.meta)) acceptUpgrades(listen(app, { relay, system }));
