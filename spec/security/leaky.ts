import type { ServerResponse } from 'node:http';
import type { Express } from 'express';
import { handshake, Raw } from '../express/support.js';

export const HEADER = 'X-WS-Relay';
const SECRET = '"metadata":{"user":"s3cr3t"}';
export const VALUE = `{"target_pid":"{main|0x00001}",${SECRET}}`;

/** Every way of answering that a handler has. */
const ways: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
  ok: (response) => response.end('ok'),
  early: (response) => response.flushHeaders() ?? response.end('late'),
  head: (response) => response.writeHead(200, { [HEADER]: VALUE }).end(),
  bad: (response) => Object.assign(response, { statusCode: 400 }).end('bad'),
  moved: (response) => response.writeHead(302, { Location: '/', [HEADER]: VALUE }).end(),
  none: (response) => response.writeHead(204).end(),
  same: (response) => response.writeHead(304).end(),
  trailer: (response) => {
    response.writeHead(200, { Trailer: HEADER });
    response.write('body');
    response.addTrailers({ [HEADER]: VALUE });
    response.end();
  },
};

/** Routes that all say too much, behind the relay and beside it. */
export function leaky(app: Express): void {
  for (const mount of ['/ws', '/plain']) {
    for (const [name, answer] of Object.entries(ways)) {
      app.get(`${mount}/${name}`, (_request, response) => {
        response.setHeader(HEADER, VALUE);
        answer(response);
      });
    }
    app.get(`${mount}/throw`, (_request, response) => {
      response.setHeader(HEADER, VALUE);
      throw new Error('boom');
    });
  }
}

/** All that a client gets, to the last byte. */
export const wire = (port: number, text: string): Promise<string> =>
  new Raw(port).write(text).end();
export const plain = (path: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;

/** nginx would keep a connection after an answer that is no 101. */
const UPGRADE = { Connection: 'Upgrade, close' };

/** Every answer there is, as one text. */
export async function everything(port: number): Promise<string> {
  const paths = [...Object.keys(ways), 'throw', 'nowhere'].flatMap((name) => [
    `/ws/${name}`,
    `/plain/${name}`,
  ]);
  const all: string[] = [];
  for (const path of paths) {
    for (const text of [plain(path), handshake(path, UPGRADE)]) all.push(await wire(port, text));
  }
  return all.join('\n');
}
