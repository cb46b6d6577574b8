import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { RequestHandler } from 'express';
import { ignoreElements, tap } from 'rxjs';
import { setRelay, ws } from '../../lib/express/index.js';
import { type Behavior, is } from '../../lib/index.js';
import { cleanUp, deferred, open, serve, within } from './support.js';

afterEach(cleanUp);

describe("the context of a handler's request", () => {
  const soon: RequestHandler = async (_req, _res, next) => {
    await new Promise((resolve) => setImmediate(resolve));
    next();
  };
  const atOnce: RequestHandler = (_req, _res, next) => next();

  it.each<{ what: string; wait: RequestHandler; isOwned: boolean }>([
    { what: 'a target of its own, answered at once', wait: atOnce, isOwned: true },
    { what: 'a target that lives already, answered at once', wait: atOnce, isOwned: false },
    { what: 'a target of its own, answered later', wait: soon, isOwned: true },
    { what: 'a target that lives already, answered later', wait: soon, isOwned: false },
  ])('is in force in the join handler of $what (F3)', async ({ wait, isOwned }) => {
    const als = new AsyncLocalStorage<string>();
    const joins: unknown[] = [];
    const both = deferred();
    const target: Behavior = (inbox) =>
      inbox.pipe(
        tap((m) => {
          if (!is(m, ws.join)) return;
          joins.push([m.payload.metadata, als.getStore()]);
          if (joins.length === 2) both.resolve();
        }),
        ignoreElements(),
      );
    const { port } = await serve({
      system: { context: als },
      before: (app) => app.use((req, _res, next) => als.run(`id ${req.query.n}`, next)),
      routes: (app, { system }) => {
        const pid = system.spawn(target);
        app.get('/ws', wait, (req, res) => {
          const metadata = { n: String(req.query.n) };
          setRelay(res, isOwned ? { target, metadata } : { target_pid: pid, metadata }).end();
        });
      },
    });
    await open(port, '/ws?n=1');
    await open(port, '/ws?n=2');

    await within(both.promise, 'two joins');
    expect(joins).toEqual([
      [{ n: '1' }, 'id 1'],
      [{ n: '2' }, 'id 2'],
    ]);
  });
});
