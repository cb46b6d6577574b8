import { createServer, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { acceptUpgrades, setRelay, websocketRelay } from '../../lib/express/index.js';
import { relayUpgrades, type UpgradeHandler } from '../../lib/http/index.js';
import { ProcessError } from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import { RELAY_OPTIONS } from '../../lib/upgrade/index.js';
import { cleanUp, echo, open, processWarnings, refusal } from '../express/support.js';
import { door, listen, watchedSystem } from './support.js';

afterEach(cleanUp);

const toEcho: UpgradeHandler = () => ({ target: echo });

describe('relayUpgrades on a server', () => {
  it('shares it with another relay and with Express, each by its claim (Q5)', async () => {
    const { system } = watchedSystem();
    const app = express();
    const server = createServer(app);
    app.use('/app', websocketRelay(system));
    app.get('/app', (_req, res) => void setRelay(res, { target: echo }).end());
    acceptUpgrades(server, { claim: '/app' });
    relayUpgrades(server, system, () => ({ status: 401, body: 'a' }), { claim: '/a' });
    relayUpgrades(server, system, () => ({ status: 401, body: 'b' }), { claim: '/b' });
    const port = await listen(server);

    expect(await refusal(port, '/a')).toMatchObject({ status: 401, body: 'a' });
    expect(await refusal(port, '/b/c')).toMatchObject({ status: 401, body: 'b' });
    expect(await refusal(port, '/c')).toMatchObject({ status: 404, body: 'Not found' });
    expect(await (await open(port, '/app')).ask('hi')).toBe('hi');
  });

  it('refuses to take what somebody else has taken, and changes nothing (Q5)', async () => {
    const { server, system, port } = await door(toEcho);

    expect(() => relayUpgrades(server, system, toEcho)).toThrow(
      'all upgrades of this server are taken already',
    );
    expect(() => acceptUpgrades(server)).toThrow(ProcessError);
    expect(await (await open(port, '/ws')).ask('hi')).toBe('hi');
  });

  it('stops listening, and its connections go on', async () => {
    const { port, relay, server } = await door(toEcho);
    const client = await open(port, '/ws');
    relay.stopListening();
    relay.stopListening();

    expect(server.listenerCount('upgrade')).toBe(0);
    expect(await client.ask('still here')).toBe('still here');
  });

  it('takes nothing as a claim but true, and survives one that throws (Q5)', async () => {
    const warnings = processWarnings();
    const { system } = watchedSystem();
    const server = createServer();
    const claim = (request: IncomingMessage): boolean => {
      if (request.url === '/throw') throw Object.create(null);
      return Promise.resolve(false) as unknown as boolean;
    };
    relayUpgrades(server, system, toEcho, { claim });
    const port = await listen(server);

    expect(await refusal(port, '/promise')).toMatchObject({ status: 404 });
    expect(await refusal(port, '/throw')).toMatchObject({ status: 404 });
    expect(warnings).toMatchObject([{ code: 'UPGRADE_CLAIM_FAILED' }]);
  });

  it('leaves nothing of a relay behind that it refuses', () => {
    const { system } = watchedSystem();
    const { dependents } = system[kernelOf];
    const server = createServer();

    expect(() => relayUpgrades(server, system, toEcho, { claim: 'ws' })).toThrow(ProcessError);
    expect(() => relayUpgrades(server, system, toEcho, { maxPayload: -1 })).toThrow(ProcessError);
    expect([dependents.size, server.listenerCount('upgrade')]).toEqual([0, 0]);
  });

  it.each([
    { what: 'no server', args: [undefined, toEcho] },
    { what: 'no handler', args: [createServer(), undefined] },
    { what: 'a claim that is no path', args: [createServer(), toEcho, { claim: 'ws' }] },
    { what: 'a limit that is no number', args: [createServer(), toEcho, { maxPayload: 'much' }] },
  ])('refuses $what', ({ args: [server, handler, options] }) => {
    const { system } = watchedSystem();
    const call = () => relayUpgrades(server as never, system, handler as never, options as never);

    expect(call).toThrow(ProcessError);
  });

  it.each<{ what: string; args: unknown[]; text: string }>([
    {
      what: 'an application in place of its server',
      args: [express(), watchedSystem().system, toEcho],
      text: 'relayUpgrades: give a server of Node, fastify.server say',
    },
    {
      what: 'no system',
      args: [createServer()],
      text: 'relayUpgrades: give a system, as createSystem makes it',
    },
    {
      what: 'a handler in place of a system',
      args: [createServer(), toEcho],
      text: 'relayUpgrades: give a system, as createSystem makes it',
    },
    {
      what: 'an option that nobody knows, and lists them all (I7)',
      args: [createServer(), watchedSystem().system, toEcho, { path: '/ws' }],
      text: `relayUpgrades: unknown option 'path'; there is ${Object.keys(RELAY_OPTIONS).join(', ')}, claim`,
    },
  ])('refuses $what', ({ args, text }) => {
    expect(() => Reflect.apply(relayUpgrades, undefined, args)).toThrow(
      expect.objectContaining({ code: 'Invalid', message: text }),
    );
  });
});
