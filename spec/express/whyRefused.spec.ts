import { afterEach, describe, expect, it } from '@jest/globals';
import { channel } from '../../lib/channels/index.js';
import { insideOf } from '../../lib/core/index.js';
import { settled } from '../support/runtime.js';
import { serveRoutes } from './routes.js';
import { cleanUp } from './support.js';

afterEach(cleanUp);

describe('websocketRoutes', () => {
  it('answers a plain request that offers its subprotocols as the handshake would be (B4, CC8)', async () => {
    const tokens: unknown[] = [];
    const { manager, port, system } = await serveRoutes(
      {
        connect: (_request, { token }) => {
          tokens.push(token);
          return token === 'good' ? { identity: 'ada' } : { status: 403 };
        },
      },
      { channels: [channel('private', { isPrivate: true })] },
    );
    const statusOf = async (path: string, protocols: string): Promise<number> => {
      const headers = { 'x-ws-protocols': protocols };
      return (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).status;
    };
    const token = (text: string): string =>
      `rx-process.v1,rx-process.bearer.${Buffer.from(text).toString('base64url')}`;

    expect(await statusOf('/ws', token('bad'))).toBe(403);
    expect(await statusOf('/ws', token('good'))).toBe(426);
    expect(await statusOf('/ws/private', token('good'))).toBe(403);
    expect(await statusOf('/ws', 'rx-process.v9')).toBe(400);
    expect(tokens).toEqual(['bad', 'good', 'good']);
    // Nobody is waited for.
    await settled(system);
    expect(manager[insideOf].arrivals.size).toBe(0);
    expect(manager.connectionCount()).toBe(0);
  });
});
