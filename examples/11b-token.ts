// A browser cannot set headers on a WebSocket, but it can offer subprotocols: one of them is its token.
//
//   node --import tsx examples/11b-token.ts
//   curl -d user=ada http://127.0.0.1:3000/token
//   new WebSocket('ws://127.0.0.1:3000/ws/me', ['chat.v1', 'token.' + token])
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import express from 'express';
import { createSystem, ofTopic, send } from 'rx-process';
import {
  acceptUpgrades,
  type RelayBehavior,
  setRelay,
  websocketRelay,
  wsOf,
} from 'rx-process/express';
import { map } from 'rxjs';
import { isMain, listen } from './lib/listen.js';

interface Member {
  readonly user: string;
}
const ws = wsOf<Member>();

const greeter: RelayBehavior<Member> = (inbox) =>
  inbox.pipe(
    ofTopic(ws.message),
    map(({ payload: { client_pid, data, metadata } }) =>
      send(client_pid, ws.send, { data: `${metadata.user}: you said ${data}` }),
    ),
  );

const KEY = process.env.TOKEN_KEY ?? randomBytes(32);
const sign = (text: string): Buffer => createHmac('sha256', KEY).update(text).digest();

/** The user, the time until which it holds, and the signature; a JWT does as well. */
function tokenOf(user: string): string {
  const claims = `${Buffer.from(user).toString('base64url')}.${Date.now() + 60_000}`;
  return `${claims}.${sign(claims).toString('base64url')}`;
}

function userOf(token: string): string | undefined {
  const [user = '', until = '', signature = ''] = token.split('.');
  const [given, wanted] = [Buffer.from(signature, 'base64url'), sign(`${user}.${until}`)];
  const isOurs = given.length === wanted.length && timingSafeEqual(given, wanted);
  return isOurs && Number(until) > Date.now()
    ? Buffer.from(user, 'base64url').toString()
    : undefined;
}

const offeredBy = ({ headers }: IncomingMessage): string[] =>
  (headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim());

const system = createSystem();
const relay = websocketRelay(system);
const app = express();

// In place of a login: whoever it is that the application knows by then.
app.post('/token', express.urlencoded({ extended: false }), (request, response) => {
  const { user } = request.body ?? {};
  if (typeof user !== 'string' || user === '') return void response.status(400).send('Who?');
  response.send(tokenOf(user));
});

app.use('/ws', relay);
app.get('/ws/me', (request, response) => {
  const offered = offeredBy(request);
  const token = offered.find((each) => each.startsWith('token.'))?.slice('token.'.length);
  const user = token === undefined ? undefined : userOf(token);
  if (user === undefined || !offered.includes('chat.v1')) return void response.sendStatus(401);
  // The protocol, never the token: a browser closes a connection without one of those it has offered.
  response.setHeader('Sec-WebSocket-Protocol', 'chat.v1');
  setRelay(response, { target: greeter, metadata: { user } }).end();
});

if (isMain(import.meta)) acceptUpgrades(listen(app, { relay, system }));
