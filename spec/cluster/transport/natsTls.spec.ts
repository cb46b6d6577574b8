import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Transport } from '../../../lib/cluster/index.js';
import { natsTransport } from '../../../lib/cluster/transport/natsTransport.js';
import { certificate } from '../../express/certificate.js';
import { describeWith } from '../../interop/need.js';
import { type NatsServer, NEED, natsServer } from '../support/natsServer.js';
import { all, place, reaches, roundTrip } from '../support/transports.js';

const folder = mkdtempSync(join(tmpdir(), 'rx-process-nats-tls-'));

/** A certificate of its own signature, so it is its CA as well: the names of its files. */
function files(name: string): { cert: string; key: string } {
  const made = certificate(name);
  const write = (what: 'cert' | 'key'): string => {
    const file = join(folder, `${name}.${what}`);
    writeFileSync(file, made[what]);
    return file;
  };
  return { cert: write('cert'), key: write('key') };
}

const [server, node, other] = [files('localhost'), files('node'), files('other')];
const own = { certFile: node.cert, keyFile: node.key };

const transports: Transport[] = [];

/** The next warning of a node that cannot connect. Unless it is to run out of time, it has enough of it. */
function warned(servers: string, tls: object, timeout = 20_000): Promise<string> {
  return new Promise((resolve) => {
    const warn = (code: string, text: string): void => resolve(`${code}: ${text}`);
    const made = natsTransport({ servers, nats: { tls, timeout } });
    transports.push(made({ ...place('a'), warn }));
  });
}

describeWith(NEED)('a server that asks for a certificate', () => {
  let nats: NatsServer;

  beforeAll(async () => {
    const { cert, key } = server;
    const tls = `cert_file: "${cert}", key_file: "${key}", ca_file: "${node.cert}", verify: true`;
    nats = await natsServer({ hasJetStream: false, config: `tls { ${tls} }\n` });
  });
  afterEach(() => Promise.all(transports.splice(0).map((each) => all(each.close()))));
  afterAll(async () => {
    await nats.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('takes who has one, and both know each other (D58)', async () => {
    const at = place('a');
    const tls = { caFile: server.cert, ...own };
    const transport = natsTransport({ servers: `localhost:${nats.port}`, nats: { tls } })(at);
    transports.push(transport);
    await reaches(transport, 'up');
    await roundTrip(transport);

    expect(at.warnings).toEqual([]);
  });

  it.each([
    {
      what: 'whose server is of another CA than it trusts',
      tls: { caFile: other.cert, ...own },
      // Newer versions of Node say more of it.
      says: /self.signed certificate(; if the root CA .*)?; nats.tls.caFile is to be the CA of its certificate$/,
    },
    {
      what: 'that has no certificate',
      tls: { caFile: server.cert },
      timeout: 300,
      says: /timeout; so ends also who has no certificate that the server asks for/,
    },
    {
      what: 'that has a certificate of another CA',
      tls: { caFile: server.cert, certFile: other.cert, keyFile: other.key },
      timeout: 300,
      says: /timeout; so ends also who has no certificate that the server asks for/,
    },
    {
      what: 'that is given a file that is not there',
      tls: { caFile: join(folder, 'none') },
      says: /none doesn't exist$/,
    },
  ])('cannot be reached by a node $what, which says so and where (D58, D59)', async (row) => {
    const servers = `localhost:${nats.port}`;
    const warning = await warned(servers, row.tls, row.timeout);

    expect(warning).toMatch(
      `unreachable: NATS at ${servers} cannot be reached, and is tried again`,
    );
    expect(warning).toMatch(row.says);
  });

  it('cannot be reached under a name that is not in its certificate (D58, D59)', async () => {
    // In the place of an address the client looks for the name `localhost`.
    const tls = { caFile: server.cert, servername: 'nats.shop', ...own };

    expect(await warned(`localhost:${nats.port}`, tls)).toMatch(
      /altnames: .*nats\.shop.*; servers is to name it as its certificate does, by a host name$/,
    );
  });
});
