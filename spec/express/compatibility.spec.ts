import { createServer, request } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import httpProxy from 'http-proxy';
import { start } from '../examples/start.js';
import { NEED as CADDY, caddy } from '../interop/caddy.js';
import { describeWith } from '../interop/need.js';
import { NEED, proxy as nginx } from '../interop/nginx.js';
import { read } from '../support/pages.js';
import { application } from './compatibility/application.js';
import { firstOf, NEIGHBOURS } from './compatibility/beside.js';
import { KITS, type Kit } from './compatibility/kits.js';
import { type Answer, cleanUp, onCleanup, open, refusal, within } from './support.js';

afterEach(cleanUp);

/** Milliseconds; some are programs of their own. */
const TIME = 30_000;

/** What stands before the application, or in it, and how it is reached. */
interface Reached extends Pick<Kit, 'stranger' | 'headers' | 'refuses'> {
  readonly port: number;
  /** The headers of who has logged in. */
  readonly headers: Record<string, string>;
  /** Waits for so many lines of the access log. */
  readonly lines: (count: number) => Promise<readonly string[]>;
}

/** A log whose lines one can wait for. */
function logOf() {
  const log: string[] = [];
  let look = (): void => {};
  const lines = (count: number): Promise<readonly string[]> => {
    const enough = new Promise<void>((resolve) => {
      look = () => void (log.length >= count && resolve());
      look();
    });
    return within(enough, `${count} lines, after ${log}`).then(() => log.splice(0));
  };
  const write = (line: string): void => {
    if (!/ \/(ws|other)\b/.test(line)) return;
    log.push(line);
    look();
  };
  return { lines, write };
}

const cookiesOf = ({ headers }: Answer): string =>
  (headers['set-cookie'] ?? []).map((each) => each.split(';')[0]).join('; ');

/** A plain request, of a connection of its own. */
function plain(port: number, path: string, headers = {}, body?: string): Promise<Answer> {
  const answer = new Promise<Answer>((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const asked = request({ port, path, headers, method, agent: false }, async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('latin1')) text += chunk;
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
    });
    asked.on('error', reject).end(body);
  });
  return within(answer, `an answer of ${path}`);
}

/** Headers of the connection and of a body, which differ. */
const OWN = /^(date|connection|keep-alive|upgrade|etag|vary|transfer-encoding|content-.*|sec-.*)$/;

/** What an answer says beside them, without values that are new each time. */
const shown = ({ headers }: Pick<Answer, 'headers'>): unknown =>
  Object.entries(headers)
    .filter(([name]) => !OWN.test(name))
    .map(([name, value]) => {
      const texts = [value].flat().map((text) => `${text}`.replace(/[\w%.~+-]{12,}=*|\d+/g, '*'));
      return `${name}: ${texts.join(' | ')}`;
    })
    .sort();

/** An upgrade is refused, admitted, given cookies and logged as a plain request is. */
function same(reach: () => Promise<Reached>): void {
  it(
    'refuses it (H19)',
    async () => {
      const { port, headers, lines, refuses = { path: '/ws/no', status: 403 } } = await reach();
      const { path, status } = refuses;
      const [wanted, got] = [
        await plain(port, path, headers),
        await refusal(port, path, { headers }),
      ];

      expect([got.status, got.body]).toEqual([status, wanted.body]);
      expect(shown(got)).toEqual(shown(wanted));
      const [first, second] = await lines(2);
      expect([first, second]).toEqual([`GET ${path} ${status}`, first]);
    },
    TIME,
  );

  it(
    'admits it, sets cookies on the 101, and logs it (H19)',
    async () => {
      const { port, headers, lines, stranger } = await reach();
      if (stranger !== undefined) {
        expect((await plain(port, '/ws/yes')).status).toBe(stranger);
        expect((await refusal(port, '/ws/yes')).status).toBe(stranger);
        await lines(2);
      }
      const wanted = await plain(port, '/ws/yes', headers);
      const client = await open(port, '/ws/yes', { headers });

      expect(await client.next()).toBe(wanted.body);
      expect(shown({ headers: client.upgrade })).toEqual(shown(wanted));
      expect(await lines(2)).toEqual(['GET /ws/yes 200', 'GET /ws/yes 200']);
    },
    TIME,
  );
}

/** An application with a kit, reached directly or by what `front` puts before it. */
async function reached(
  kit: Kit,
  front = (port: number) => Promise.resolve(port),
): Promise<Reached> {
  const { lines, write } = logOf();
  const { port: app, close } = await application(kit, write);
  onCleanup(close);
  const port = await front(app);
  const cookies = kit.stranger === undefined ? '' : cookiesOf(await plain(app, '/login'));
  return { ...kit, port, lines, headers: { ...kit.headers, ...(cookies && { Cookie: cookies }) } };
}

describe.each(KITS.map((kit) => ({ kit, what: kit.packages[0] })))('with $what', ({ kit }) => {
  same(() => reached(kit));
});

const [SESSIONS] = KITS as [Kit];

/** An application that is a program of its own, with what jest cannot load. */
async function program(name: string) {
  const { port, child } = await start(`spec/express/compatibility/${name}.ts`);
  const { lines, write } = logOf();
  child.stdout?.on('data', (text: string) => text.trim().split('\n').forEach(write));
  return { port, lines };
}

describe('with express-openid-connect', () => {
  same(async () => {
    const { port, lines } = await program('oidcProgram');
    const asked = await plain(port, '/ws/yes');
    const { pathname, search } = new URL(`${asked.headers.location}`);
    const { body } = await plain(port, pathname + search);
    const headers = {
      'Content-Type': 'application/x-www-form-urlencoded',
      Cookie: cookiesOf(asked),
    };
    const form = `${new URLSearchParams(JSON.parse(body))}`;
    const Cookie = cookiesOf(await plain(port, '/callback', headers, form));
    await lines(1);
    return { port, lines, headers: { Cookie }, stranger: 302 };
  });
});

describe('beside vite on the same server', () => {
  const beside = async (): Promise<Reached> => {
    const { port, lines } = await program('viteProgram');
    const Cookie = cookiesOf(await plain(port, '/login'));
    return { ...SESSIONS, port, lines, headers: { Cookie } };
  };
  same(beside);

  it(
    'leaves it its own clients (Q5)',
    async () => {
      const { port } = await beside();
      const { body: token } = await plain(port, '/token');

      expect(await firstOf(`ws://127.0.0.1:${port}/?token=${token}`, 'vite-hmr')).toBe(
        '{"type":"connected"}',
      );
    },
    TIME,
  );
});

describe('behind http-proxy', () => {
  const front = async (port: number): Promise<number> => {
    const proxy = httpProxy.createProxyServer({ target: { host: '127.0.0.1', port }, xfwd: true });
    const server = createServer((req, res) => proxy.web(req, res));
    server.on('upgrade', (req, socket, head) => proxy.ws(req, socket, head));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onCleanup(() => void server.close());
    return (server.address() as { port: number }).port;
  };
  same(() => reached(SESSIONS, front));
});

describeWith(NEED)('behind nginx', () => {
  same(() => reached(SESSIONS, (port) => nginx(port, '$http_host')));
});

describeWith(CADDY)('behind Caddy', () => {
  same(() => reached(SESSIONS, (port) => caddy(port, port)));
});

describe.each(NEIGHBOURS.map((each) => ({ ...each, what: each.packages[0] })))(
  'beside $what on the same server',
  ({ move, answer }) => {
    same(() => beside().then(({ all }) => all));

    it('leaves it its own clients (Q5)', async () => {
      const { ask } = await beside();

      expect(await within(ask(), 'its answer')).toEqual(answer);
    });

    async function beside() {
      const { lines, write } = logOf();
      const made = await application(SESSIONS, write);
      onCleanup(made.close);
      const ask = await move(made);
      const headers = { Cookie: cookiesOf(await plain(made.port, '/login')) };
      return { ask, all: { ...SESSIONS, port: made.port, lines, headers } };
    }
  },
);

describe('docs/compatibility.md', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json'));
  const versionOf = (name: string): string =>
    String(
      { ...devDependencies, ...dependencies, nginx: "Debian's", caddy: "Debian's" }[name],
    ).replace(/^[~^]/, '');
  const all = [
    ...KITS.map(({ packages }) => packages),
    ...[['express-openid-connect'], ['http-proxy'], ['nginx'], ['caddy']],
    ...NEIGHBOURS.map(({ packages }) => packages),
    ['vite'],
  ];

  it('has a row for each of these, with the version that it is run with (H19)', () => {
    const rows = read('docs/compatibility.md').matchAll(/^\| ([a-z][^|]+) \| ([^|]+) \|/gm);

    expect([...rows].map(([, name, version]) => [name, version])).toEqual(
      all.map((names) => [names.join(', '), names.map(versionOf).join(', ')]),
    );
  });
});
