import compression from 'compression';
import cookieParser from 'cookie-parser';
import cookieSession from 'cookie-session';
import cors from 'cors';
import type { Express, Request, RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import session, { MemoryStore, type Store } from 'express-session';
import helmet from 'helmet';
import { Passport } from 'passport';
import { Strategy } from 'passport-local';
import fileStore from 'session-file-store';

/** Middleware that an upgrade passes as a plain request does. */
export interface Kit {
  /** The packages, the one that matters first; `docs/compatibility.md` has a row for each kit. */
  readonly packages: readonly string[];
  /** Mounts it on an application that is reached as `origin`, before the relay. */
  readonly use: (app: Express, origin: string) => unknown;
  /** What it knows of who asks; a kit that has `/login` refuses with `stranger` who has not been there. */
  readonly knows?: (request: Request) => unknown;
  readonly stranger?: number;
  /** Headers of every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A path that it refuses by itself; default: a handler refuses `/ws/no` with 403. */
  readonly refuses?: { readonly path: string; readonly status: number };
}

declare module 'express-session' {
  interface SessionData {
    name: string;
  }
}

const sessions = (store: Store = new MemoryStore()): RequestHandler =>
  session({ secret: 'not a secret', resave: false, saveUninitialized: true, store });

/** A session that knows a name from `/login` on. */
function named(app: Express, handler: RequestHandler): void {
  app.use(handler);
  app.get('/login', (req, res) => {
    (req.session as { name?: string }).name = 'ada';
    res.send('welcome');
  });
}

const nameOf = (req: Request): unknown => (req.session as { name?: string } | null)?.name;

function passport(app: Express): void {
  const kit = new Passport();
  kit.use(new Strategy((username, _password, done) => done(null, { username })));
  kit.serializeUser((user, done) => done(null, (user as { username: string }).username));
  kit.deserializeUser((username, done) => done(null, { username }));
  app.use(sessions(), kit.initialize(), kit.session());
  app.get('/login', (req, _res, next) => {
    Object.defineProperty(req, 'query', { value: { username: 'ada', password: 'x' } });
    next();
  });
  app.get('/login', kit.authenticate('local'), (_req, res) => void res.send('welcome'));
}

function files(): Store {
  return new (fileStore(session))({ path: '.tmp/sessions', reapInterval: -1, logFn: () => {} });
}

export const KITS: readonly Kit[] = [
  {
    packages: ['express-session'],
    use: (app) => named(app, sessions()),
    knows: nameOf,
    stranger: 401,
  },
  {
    packages: ['session-file-store'],
    use: (app) => named(app, sessions(files())),
    knows: nameOf,
    stranger: 401,
  },
  {
    packages: ['cookie-session'],
    use: (app) => {
      named(app, cookieSession({ keys: ['not a secret'] }));
      app.use((req, _res, next) => {
        // It sends its cookie when something has changed.
        (req.session as { visits?: number }).visits = Math.random();
        next();
      });
    },
    knows: nameOf,
    stranger: 401,
  },
  {
    packages: ['cookie-parser'],
    use: (app) => {
      app.use(cookieParser('not a secret'), (_req, res, next) => {
        res.cookie('seen', 'yes', { signed: true });
        next();
      });
      app.get('/login', (_req, res) => void res.send('welcome'));
    },
    knows: ({ signedCookies }) => signedCookies.seen,
    stranger: 401,
  },
  {
    packages: ['passport', 'passport-local'],
    use: passport,
    knows: ({ user }) => user,
    stranger: 401,
  },
  { packages: ['helmet'], use: (app) => app.use(helmet()) },
  {
    packages: ['cors'],
    use: (app) => app.use(cors({ origin: 'https://app.example', credentials: true })),
    headers: { Origin: 'https://app.example' },
  },
  { packages: ['compression'], use: (app) => app.use(compression({ threshold: 0 })) },
  { packages: ['morgan'], use: () => {} },
  {
    packages: ['express-rate-limit'],
    use: (app) => app.use(rateLimit({ limit: 99 }), rateLimitNone()),
    refuses: { path: '/ws/limited', status: 429 },
  },
];

/** Lets nobody through to one path. */
function rateLimitNone(): RequestHandler {
  const none = rateLimit({ limit: 0, validate: { limit: false } });
  return (req, res, next) => (req.path === '/ws/limited' ? void none(req, res, next) : next());
}
