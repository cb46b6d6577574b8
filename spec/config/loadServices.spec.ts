import { afterEach, describe, expect, it } from '@jest/globals';
import { filter } from 'rxjs';
import { ConfigError, loadServices } from '../../lib/config/index.js';
import { createSystem } from '../../lib/index.js';
import { cleanUp, echo, open } from '../express/support.js';
import { listen } from './support.js';

afterEach(cleanUp);

const service = (addr: string): string => `- { name: s, kind: http.service, addr: ${addr} }\n`;

describe('loadServices', () => {
  it('has an application for each service, with its routers (CF1)', async () => {
    const text = `
version: "1.0"
namespace: app
entries:
  - { name: gateway, kind: http.service, addr: "127.0.0.1:0" }
  - { name: r, kind: http.router, meta: { server: gateway }, post_middleware: [websocket_relay] }
  - { name: e, kind: http.endpoint, meta: { router: r }, path: /echo, func: echo }
`;
    const system = createSystem({ logger: false });
    system.define('echo', echo);
    const { services, routers } = loadServices(text, { system });
    const [{ app, ...gateway }] = services as [(typeof services)[0]];
    const client = await open(await listen(app, system), '/echo');

    expect(gateway).toEqual({
      ...{ id: 'app:gateway', host: '127.0.0.1', port: 0 },
      endpoints: [{ method: 'GET', path: '/echo', func: 'echo', isRelayed: true }],
    });
    expect(await client.ask('hi')).toBe('hi');
    expect(routers['app:r']?.relay?.count).toBe(1);
  });

  it.each([
    { addr: '":8080"', host: undefined, port: 8080 },
    { addr: 'localhost:80', host: 'localhost', port: 80 },
    { addr: '"[::1]:443"', host: '::1', port: 443 },
    { addr: 'a-b.example.com:65535', host: 'a-b.example.com', port: 65_535 },
  ])('reads $addr (CF1)', ({ addr, host, port }) => {
    const { services } = loadServices(service(addr), { system: createSystem({ logger: false }) });

    expect(services).toEqual([{ id: 's', app: expect.any(Function), host, port, endpoints: [] }]);
  });

  it('says of each service where it answers (CF1)', () => {
    const text = `
- { name: a, kind: http.service, addr: "127.0.0.1:0" }
- { name: b, kind: http.service, addr: "127.0.0.1:0" }
- { name: r, kind: http.router, meta: { server: b }, prefix: /ws, post_middleware: [websocket_relay] }
- { name: s, kind: http.router, meta: { server: a } }
- { name: e1, kind: http.endpoint, meta: { router: r }, path: "/{room}", func: f }
- { name: e2, kind: http.endpoint, meta: { router: s }, path: /, func: f }
- { name: e3, kind: http.endpoint, meta: { router: r }, path: /x, method: POST, func: f }
`;
    const handlers = { f: () => {} };
    const { services } = loadServices(text, { system: createSystem({ logger: false }), handlers });

    expect(services.map(({ endpoints }) => endpoints)).toEqual([
      [{ method: 'GET', path: '/', func: 'f', isRelayed: false }],
      [
        { method: 'GET', path: '/ws/:room', func: 'f', isRelayed: true },
        { method: 'POST', path: '/ws/x', func: 'f', isRelayed: false },
      ],
    ]);
  });

  it('warns of one that listens on every interface (CF1)', () => {
    const system = createSystem({ logger: false });
    const warnings: unknown[] = [];
    system.events$
      .pipe(filter(({ type }) => type === 'warning'))
      .subscribe((event) => warnings.push(event));

    loadServices(`${service('":80"')}${service('"127.0.0.1:80"').replace('s,', 't,')}`, {
      system,
      file: 'f',
    });

    expect(warnings).toEqual([
      expect.objectContaining({
        code: 'all_interfaces',
        message: 'f:1 ":80" is every interface; for this machine alone "127.0.0.1:80"',
      }),
    ]);
  });

  it.each(['localhost', '"80"', ':65536', '"::1:80"', 'http://a:80', `":\${PORT}"`, '" :80"'])(
    'takes %s for no address (CF1)',
    (addr) => {
      const call = () => loadServices(service(addr), { system: createSystem({ logger: false }) });

      expect(call).toThrow(ConfigError);
      expect(call).toThrow('entries[0].addr: invalid address');
    },
  );

  it('says which service is not there (CF5)', () => {
    const text = `${service(':80')}- { name: r, kind: http.router, meta: { server: gateway } }`;

    expect(() => loadServices(text, { system: createSystem({ logger: false }) })).toThrow(
      'yaml:2:41 entries[1].meta.server: no server "gateway": there is no http.service of this name',
    );
  });
});
