// Who may connect is decided where all other requests are decided: by the session and a middleware.
//
//   node --import tsx examples/05-auth.ts
//   curl -c jar -d user=ada http://127.0.0.1:3000/login    then ws://127.0.0.1:3000/ws/me with the cookie
import { randomBytes } from 'node:crypto';
import express, { type RequestHandler } from 'express';
import session from 'express-session';
import { createSystem, is, ofTopic, send } from 'rx-process';
import {
  acceptUpgrades,
  type RelayBehavior,
  setRelay,
  websocketRelay,
  wsOf,
} from 'rx-process/express';
import { map } from 'rxjs';
import { isMain, listen } from './lib/listen.js';

declare module 'express-session' {
  interface SessionData {
    user: string;
  }
}

/** What the handler says of a client: it comes with every message, and the compiler holds both to it. */
interface Member {
  readonly user: string;
}
const ws = wsOf<Member>();

export const greeter: RelayBehavior<Member> = (inbox) =>
  inbox.pipe(
    ofTopic(ws.join, ws.message),
    map((message) => {
      const { client_pid, metadata } = message.payload;
      const text = is(message, ws.message) ? `you said ${message.payload.data}` : 'hello';
      return send(client_pid, ws.send, { type: 'text', data: `${metadata.user}: ${text}` });
    }),
  );

// A 401 to an upgrade request is an ordinary answer: no 101, no process, and the client can read it.
const requireLogin: RequestHandler = (request, response, next) => {
  if (request.session.user !== undefined) return next();
  response.status(401).send('Log in first');
};

const system = createSystem();
const relay = websocketRelay(system);
const app = express();

app.use(
  session({
    secret: process.env.SESSION_SECRET ?? randomBytes(32).toString('hex'),
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax' },
  }),
);
app.post('/login', express.urlencoded({ extended: false }), (request, response) => {
  const { user } = request.body ?? {};
  if (typeof user !== 'string' || user === '') return void response.status(400).send('Who?');
  // A new id for a new identity: whoever planted the old one learns nothing.
  request.session.regenerate((error) => {
    if (error) return void response.sendStatus(500);
    request.session.user = user;
    response.send(`Welcome, ${encodeURIComponent(user)}`);
  });
});

app.post('/logout', (request, response) => {
  const { user } = request.session;
  request.session.destroy((error) => {
    if (error || user === undefined) return void response.sendStatus(error ? 500 : 401);
    // Only now: a client that comes back at once is answered 401.
    relay.closeWhere(({ metadata }) => metadata.user === user, {
      code: 4001,
      reason: 'logged out',
    });
    response.send('Bye');
  });
});

app.use('/ws', relay, requireLogin);
app.get('/ws/me', (request, response) => {
  const { user = '' } = request.session;
  setRelay(response, { target: greeter, metadata: { user } }).end();
});

if (isMain(import.meta)) acceptUpgrades(listen(app, { relay, system }));
