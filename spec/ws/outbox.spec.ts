import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import { Outbox } from '../../lib/ws/index.js';
import type { ServerSocket } from '../../lib/ws/serverSocket.js';
import { deferred, quiet, within } from '../support/runtime.js';

describe('Outbox', () => {
  it('pings in no context, whoever opened the first socket (F4, Q1)', async () => {
    const als = new AsyncLocalStorage<string>();
    const outbox = new Outbox(quiet(), { pingInterval: 5 });
    const checked = deferred<{ store: string | undefined }>();
    const socket = {
      check: () => checked.resolve({ store: als.getStore() }),
    } as unknown as ServerSocket;
    als.run('request', () => outbox.add(socket));

    expect(await within(checked.promise)).toEqual({ store: undefined });
    outbox.remove(socket);
  });
});
