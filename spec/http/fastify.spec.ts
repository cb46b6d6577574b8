import { afterEach, describe, expect, it } from '@jest/globals';
import Fastify from 'fastify';
import { relayUpgrades } from '../../lib/http/index.js';
import { cleanUp, echo, onCleanup, open, refusal } from '../express/support.js';
import { watchedSystem } from './support.js';

afterEach(cleanUp);

describe('relayUpgrades with Fastify', () => {
  it('serves WebSockets beside its routes, and lets it close', async () => {
    const { system } = watchedSystem();
    const fastify = Fastify({ forceCloseConnections: true });
    const tokens = new Set(['t1']);
    fastify.get('/', async () => ({ hello: 'world' }));
    const relay = relayUpgrades(fastify.server, system, (request) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
      if (pathname !== '/ws') return undefined;
      const token = searchParams.get('token') ?? '';
      return tokens.has(token) ? { target: echo, metadata: { token } } : { status: 401 };
    });
    fastify.addHook('preClose', () => relay.shutdown());
    await fastify.listen({ port: 0, host: '127.0.0.1' });
    onCleanup(() => fastify.close());
    const { port } = fastify.server.address() as { port: number };

    expect(await (await fetch(`http://127.0.0.1:${port}/`)).json()).toEqual({ hello: 'world' });
    expect(await refusal(port, '/ws?token=t2')).toMatchObject({ status: 401 });
    expect(await refusal(port, '/other')).toMatchObject({ status: 404 });
    const client = await open(port, '/ws?token=t1');
    expect(await client.ask('hi')).toBe('hi');

    await fastify.close();

    expect(await client.closed).toMatchObject({ code: 1001 });
  });
});
