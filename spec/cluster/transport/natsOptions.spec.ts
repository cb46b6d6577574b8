import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { isInsecure } from '../../../lib/cluster/transport/natsOptions.js';
import { natsTransport } from '../../../lib/cluster/transport/natsTransport.js';
import { all, place, reaches } from '../support/transports.js';

/** A connection to a server that is somewhere else and offers no TLS. */
const connection = {
  info: { max_payload: 100 },
  getServer: () => '10.0.0.1:4222',
  status: async function* () {
    await new Promise(() => {});
  },
  closed: () => new Promise(() => {}),
};

describe('natsTransport', () => {
  beforeEach(() => void jest.resetModules());

  /** The adapter, with another client in place of that of NATS. */
  async function over(connect: (options: object) => unknown): Promise<typeof natsTransport> {
    jest.unstable_mockModule('@nats-io/transport-node', () => ({ connect, errors: {} }));
    const path = '../../../lib/cluster/transport/natsTransport.js';
    return (await import(path)).natsTransport;
  }

  it("takes what a cluster needs in place of the client's defaults (D59, D62)", async () => {
    const connect = jest.fn(async (_options: object) => connection);
    await reaches((await over(connect))()(place('a')), 'up');

    expect(connect).toHaveBeenCalledWith({
      pingInterval: 1_000,
      maxPingOut: 2,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 100,
      timeout: 2_000,
      inboxPrefix: 'rxp1.main.i.a',
      noEcho: false,
      waitOnFirstConnect: false,
    });
  });

  it('hands on what it is given (D58, D59)', async () => {
    const connect = jest.fn(async (_options: object) => connection);
    const nats = { tls: {}, pingInterval: 500, inboxPrefix: 'own' };
    const servers = ['n1:4222', 'n2:4222'];
    await reaches((await over(connect))({ servers, nats })(place('a')), 'up');

    expect(connect).toHaveBeenCalledWith(expect.objectContaining({ servers, ...nats }));
  });

  it('warns of a server elsewhere that offers no TLS (D58)', async () => {
    const at = place('a');
    const transport = (await over(async () => connection))()(at);
    await reaches(transport, 'up');

    expect(transport.maxPayload).toBe(100);
    expect(at.warnings).toEqual([expect.stringMatching(/^insecure: .*10\.0\.0\.1:4222/)]);
  });

  it('says what to install where a package is missing (D72)', async () => {
    jest.unstable_mockModule('@nats-io/transport-node', () => {
      throw new Error("Cannot find package '@nats-io/transport-node'");
    });
    const path = '../../../lib/cluster/transport/natsTransport.js';
    const transport = (await import(path)).natsTransport()(place('a'));
    const packages = '@nats-io/transport-node @nats-io/jetstream @nats-io/kv msgpackr';

    await expect(all(transport.state$)).rejects.toMatchObject({
      name: 'ProcessError',
      code: 'Unavailable',
      message: expect.stringContaining(`npm install ${packages}`),
    });
  });

  it.each([
    { options: { server: 'x' }, text: /unknown option 'server'; did you mean 'servers'/ },
    { options: { nats: { noEcho: true } }, text: /nats.noEcho must stay false/ },
    { options: { nats: 'tls' }, text: /nats: give an object/ },
    { options: { servers: 4222 }, text: /servers: give 'host:port'/ },
    { options: { servers: ['a', ''] }, text: /servers: give 'host:port'/ },
    { options: { servers: [] }, text: /servers: give 'host:port'/ },
  ])('refuses $options at once (D58, D59)', ({ options, text }) => {
    expect(() => natsTransport(options as object)).toThrow(text);
  });
});

describe('isInsecure', () => {
  it.each([
    { address: '10.0.0.1:4222', info: {}, expected: true },
    { address: 'localhost.example.org:4222', info: {}, expected: true },
    { address: '10.0.0.1:4222', info: { tls_required: true }, expected: false },
    { address: '10.0.0.1:4222', info: { tls_available: true }, expected: false },
    { address: 'localhost:4222', info: {}, expected: false },
    { address: '127.0.0.1:4222', info: {}, expected: false },
    { address: '127.9.0.1:4222', info: {}, expected: false },
    { address: '[::1]:4222', info: {}, expected: false },
    { address: '::1:4222', info: {}, expected: false },
  ])('says $expected of $address with $info (D58)', ({ address, info, expected }) => {
    expect(isInsecure(info, address)).toBe(expected);
  });
});
