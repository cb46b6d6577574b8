import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { from, NEVER } from 'rxjs';
import { act, type Behavior, done, type Inbox, type Self, type System } from '../../lib/index.js';
import { deferred, exitOf, quiet, settled, within } from '../support/runtime.js';

/** Answers nobody, and tells who has come and who has left. */
let server: Server;
let url: string;
let came = deferred();
let left = deferred();

beforeEach(async () => {
  came = deferred();
  left = deferred();
  server = createServer((request) => {
    came.resolve();
    request.socket.on('close', () => left.resolve());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const BODIES: readonly { body: string; behavior: Behavior }[] = [
  {
    body: 'a pipeline',
    behavior: (_inbox, self) => from(fetch(url, { signal: self.abortSignal }).then(() => done())),
  },
  {
    body: 'a promise',
    behavior: async (_inbox, self) => {
      await fetch(url, { signal: self.abortSignal });
      return done();
    },
  },
  {
    body: 'an async generator',
    behavior: async function* (_inbox: Inbox, self: Self) {
      await fetch(url, { signal: self.abortSignal });
      yield done();
    },
  },
];

const ENDS: readonly {
  how: string;
  end: (system: System, self: Self) => void;
  reasons: string[];
}[] = [
  {
    how: 'terminate',
    end: (system, self) => void system.terminate(self.pid),
    reasons: ['killed'],
  },
  { how: 'self.exit', end: (_system, self) => self.exit('shutdown'), reasons: ['shutdown'] },
  { how: 'an upgrade', end: (_system, self) => self.upgrade('next'), reasons: [] },
];

describe('the AbortSignal', () => {
  it.each(BODIES.flatMap((body) => ENDS.map((end) => ({ ...body, ...end }))))(
    'ends a fetch of $body at $how (E3, U3)',
    async ({ behavior, end, reasons }) => {
      const system = quiet();
      system.define('next', () => NEVER);
      const self = deferred<Self>();
      const pid = system.spawn((inbox, me) => {
        self.resolve(me);
        return behavior(inbox, me);
      });
      const exits = exitOf(system, pid);
      await within(came.promise);
      end(system, await within(self.promise));

      await within(left.promise);
      await settled(system);
      expect(exits).toEqual(reasons);
    },
  );

  it('ends a fetch when the process is told to stop, which it may survive (V3, O2)', async () => {
    const system = quiet();
    const pid = system.spawn(async (_inbox, self) => {
      const error = await fetch(url, { signal: self.abortSignal }).catch((reason) => reason);
      return done((error as Error).name);
    });
    const exits = exitOf(system, pid);
    await within(came.promise);

    await within(system.shutdown());
    await within(left.promise);
    expect(exits).toEqual(['normal AbortError']);
  });

  it('takes 25 listeners at once without a warning of Node (M12)', async () => {
    const warnings: string[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning.name);
    process.on('warning', onWarning);
    const system = quiet();
    const waits = (self: Self) => () =>
      new Promise<undefined>((resolve) =>
        self.abortSignal.addEventListener('abort', () => resolve(undefined)),
      );
    const pid = system.spawn((inbox, self) => inbox.pipe(act(waits(self), { concurrency: 25 })));
    for (let n = 0; n < 25; n++) system.send(pid, 'job', n);
    await settled(system);
    process.off('warning', onWarning);

    expect(warnings).toEqual([]);
    expect(system.info(pid)?.handled).toBe(25);
  });
});
