import { afterEach, describe, expect, it } from '@jest/globals';
import { ignoreElements, tap } from 'rxjs';
import { setRelay, ws } from '../../lib/express/index.js';
import { type Behavior, ofTopic } from '../../lib/index.js';
import { deafClients } from '../support/deafClients.js';
import { settled } from '../support/runtime.js';
import { cleanUp, serve, within } from './support.js';

afterEach(cleanUp);

const CLIENTS = 2_000;

describe(`${CLIENTS} clients that never answer`, () => {
  it('do not hold a shutdown up beyond closeTimeout, and each leave reaches the target (Q3, Z3)', async () => {
    const reasons: string[] = [];
    const lobby: Behavior = (inbox) =>
      inbox.pipe(
        ofTopic(ws.leave),
        tap(({ payload }) => reasons.push(payload.reason)),
        ignoreElements(),
      );
    const { port, relay, system } = await serve({
      relay: { closeTimeout: 500 },
      routes: (app, running) => {
        const target_pid = running.system.spawn(lobby);
        app.get('/ws', (_req, res) => void setRelay(res, { target_pid }).end());
      },
    });
    const clients = await deafClients(`ws://127.0.0.1:${port}/ws`, CLIENTS);
    expect(relay.count).toBe(CLIENTS);

    const start = performance.now();
    await within(relay.shutdown(), 'the shutdown', 10_000);
    const millis = performance.now() - start;
    await settled(system);

    expect(relay.count).toBe(0);
    expect(reasons).toEqual(Array(CLIENTS).fill('server shutting down'));
    // They are cut off together, by one timer each, and not one after the other.
    expect(millis).toBeGreaterThan(450);
    expect(millis).toBeLessThan(5_000);
    await within(Promise.all(clients.map(({ ended }) => ended)), 'the ends');
    expect(new Set(clients.map(({ code }) => code))).toEqual(new Set([1001]));
  }, 40_000);
});
