import { readdirSync, readFileSync } from 'node:fs';
import { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { RequestHandler } from 'express';
import { ignoreElements, tap } from 'rxjs';
import { createWebSocketManager } from '../../lib/channels/index.js';
import { setRelay, websocketRoutes, ws } from '../../lib/express/index.js';
import { warnNoAnswer } from '../../lib/express/warnNotMounted.js';
import { relayUpgrades } from '../../lib/http/index.js';
import type { Behavior, LogFields, Pid, SystemEvent } from '../../lib/index.js';
import { deferred, settled } from '../support/runtime.js';
import {
  cleanUp,
  frame,
  handshake,
  Raw,
  type Running,
  type Serve,
  serve,
  within,
} from './support.js';

afterEach(async () => {
  await cleanUp();
  jest.restoreAllMocks();
});

const SECRET = 'sEcReT';
const metadata = { token: SECRET };
/** What a client may hide its token in, but for the path. */
const PATH = `/ws/a?token=${SECRET}`;
const headers = {
  Authorization: `Bearer ${SECRET}`,
  Cookie: `session=${SECRET}`,
  'X-Token': SECRET,
  'Sec-WebSocket-Protocol': SECRET,
};

type Routes = NonNullable<Serve['routes']>;

/** A target that does this with each frame. */
const target =
  (act: (client: Pid, running: Running) => void) =>
  (running: Running): Behavior =>
  (inbox) =>
    inbox.pipe(
      tap(({ topic, from }) => topic === ws.message && act(from as Pid, running)),
      ignoreElements(),
    );

const relayed =
  (act: (client: Pid, running: Running) => void): Routes =>
  (app, running) => {
    app.get('/ws/a', (_req, res) => {
      setRelay(res, { target: target(act)(running), metadata }).end();
    });
  };

const answers =
  (handler: RequestHandler): Routes =>
  (app) => {
    app.get('/ws/a', handler);
  };

const idle = relayed(() => {});

/** Stops a host at the first spawn, which the relay cannot have foreseen. */
const stopping =
  (host: string): Routes =>
  (app, running) => {
    idle(app, running);
    running.system.events$.subscribe(({ type }) => {
      if (type === 'spawned') running.system.hosts.stop(host);
    });
  };

interface Cause extends Serve {
  /** Of the handshake, beside those that every one has. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What causes each line, by its code. */
const CAUSES: Readonly<Record<string, Cause>> = {
  'ws.send': {
    routes: relayed((pid, { system }) => {
      for (const data of [SECRET, { type: SECRET, data: SECRET }, { data: [SECRET] }, null]) {
        system.send(pid, ws.send as string, data);
      }
    }),
  },
  'ws.close': {
    routes: relayed((pid, { system }) => system.send(pid, ws.close as string, { code: SECRET })),
  },
  'ws.control': {
    routes: relayed((pid, { system }) =>
      system.send(pid, ws.control as string, { target_pid: SECRET, metadata: SECRET }),
    ),
  },
  expires_at: {
    routes: relayed((pid, { system }) =>
      system.send(pid, ws.control, { expires_at: 1, metadata: { token: SECRET } }),
    ),
  },
  topic: { routes: relayed((pid, { system }) => system.send(pid, 'note', SECRET)) },
  relay: {
    routes: (app, running) => {
      idle(app, running);
      running.system.hosts.stop('main');
    },
  },
  connect_failed: { routes: stopping('relay') },
  handshake_timeout: { relay: { handshakeTimeout: 20 }, routes: answers(() => {}) },
  HANDSHAKE_TIMEOUT: {
    routes: answers((req) => warnNoAnswer(req, undefined)),
  },
  invalid_relay: {
    routes: answers((_req, res) => {
      res.set('X-WS-Relay', `{"target_pid":"${SECRET}","metadata":{"token":"${SECRET}"}}`).end();
    }),
  },
  path_doubled: {
    mount: false,
    routes: (app, { system }) => app.use('/ws', websocketRoutes(createWebSocketManager(system))),
  },
  relay_not_set: { routes: answers((_req, res) => void res.send(SECRET)) },
  RELAY_NOT_MOUNTED: {
    mount: '/elsewhere',
    routes: answers(
      (_req, res) => void setRelay(res, { target_pid: '{main|0x1}', metadata }).end(),
    ),
  },
  protocol_not_offered: {
    routes: answers((req, res) => {
      res.set('Sec-WebSocket-Protocol', `${req.get('Sec-WebSocket-Protocol')}, b`);
      setRelay(res, { target: () => [], metadata }).end();
    }),
  },
  memory_limit: {
    relay: { maxTotalBuffered: 1 },
    routes: relayed((pid, { system }) => {
      system.send(pid, ws.send, { data: SECRET.padEnd(4 * 1024 * 1024, '.') });
    }),
  },
  origin_missing: { relay: { requireOrigin: true }, routes: idle },
  connections_full: { relay: { maxConnections: 1 }, routes: idle },
  key_full: { relay: { maxPerKey: 1, connectionKey: () => SECRET }, routes: idle },
  too_many_upgrades: { relay: { upgradesPerSecond: 1 }, routes: idle },
  connection_key_failed: {
    relay: {
      connectionKey: () => {
        throw new Error('boom');
      },
    },
    routes: idle,
  },
  origin_refused: { routes: idle, headers: { Origin: 'https://elsewhere.example' } },
  relay_after_handlers: {
    mount: false,
    routes: (app, { relay }) => {
      app.get('/ws/a', (_req, res, next) => {
        setRelay(res, { target: () => [], metadata });
        next();
      });
      app.use('/ws', relay as unknown as RequestHandler);
    },
  },
  upgrades_not_accepted: {
    accept: false,
    routes: (app, { server, ...running }) => {
      server.on('upgrade', (request) => app(request, new ServerResponse(request) as never));
      idle(app, { server, ...running });
    },
  },
  handler_failed: {
    accept: false,
    routes: (_app, { server, system }) => {
      relayUpgrades(server, system, () => {
        throw new Error('boom');
      });
    },
  },
  UPGRADE_CLAIM_FAILED: {
    accept: {
      claim: () => {
        throw new Error('boom');
      },
    },
  },
  UPGRADE_UNCLAIMED: { before: (_app, server) => void server.on('upgrade', () => {}) },
};

/** Every code of a warning, as it stands in the sources. */
const CODES = ['relay', 'upgrade', 'express', 'http', 'ws']
  .flatMap((folder) =>
    readdirSync(`lib/${folder}`).map((name) => readFileSync(`lib/${folder}/${name}`, 'utf8')),
  )
  .flatMap((text) => [
    ...text.matchAll(
      /\b(?:(?:warn|warnings\.once|this\.once|warnProcess)\(|\w+: \[(?=\s*'\w+',\s*'a handshake ))\s*'([^']+)',/g,
    ),
  ])
  .map(([, code]) => code);

/** Keeps what a logger of fields gets, and tells when a code has come. */
function heard(code: string) {
  const lines: (LogFields & { text: string })[] = [];
  const come = deferred();
  const keep = (fields: LogFields, text: string): void => {
    lines.push({ ...fields, text });
    if (fields.code === code) come.resolve();
  };
  const come$ = (): Promise<void> => within(come.promise, code);
  return { lines, keep, come: come$, logger: { warn: keep, error: keep, bindings: () => ({}) } };
}

describe('a line of the log', () => {
  it('is driven here for every code that the relay has (I12)', () => {
    expect([...new Set(CODES)].sort()).toEqual(Object.keys(CAUSES).sort());
  });

  it.each(Object.keys(CAUSES))(
    'has no payload, token, metadata or header: %s (I12)',
    async (code) => {
      const { lines, keep, come, logger } = heard(code);
      jest.spyOn(process, 'emitWarning').mockImplementation((message, options) => {
        const { code = '' } = options as { code?: string };
        keep({ code, count: 1 }, String(message));
      });
      const events: SystemEvent[] = [];
      const running = await serve({
        ...CAUSES[code],
        system: { logger },
        before: (_app, server) => CAUSES[code]?.before?.(_app, server),
      });
      running.system.events$.subscribe((event) => {
        if (event.type === 'warning') events.push(event);
      });
      const lines$ = handshake(PATH, { ...headers, ...CAUSES[code]?.headers });
      // A limit is told of when a second or a third has come.
      for (let n = 0; n < 3; n++) new Raw(running.port).write(lines$).write(frame(SECRET));
      await come();
      await settled(running.system);

      expect(JSON.stringify([lines, events])).not.toContain(SECRET);
      const ofConnection = lines.filter((line) => /^(?:ws\.|topic)/.test(line.code));
      for (const { pid } of ofConnection) expect(pid).toMatch(/^{relay\|/);
    },
  );
});
