import { afterAll, describe, expect, it } from '@jest/globals';
import * as rxjs from 'rxjs';
import * as channels from '../lib/channels/index.js';
import * as clients from '../lib/client/index.js';
import * as cluster from '../lib/cluster/index.js';
import * as express from '../lib/express/index.js';
import * as core from '../lib/index.js';
import * as level from '../lib/level/index.js';
import * as metrics from '../lib/metrics/index.js';
import * as testing from '../lib/testing/index.js';
import { read } from './support/pages.js';

/** Pages whose tables name much of what there is, without code that is run. */
const PAGES = [
  ...['channels', 'clients', 'presence-history'],
  ...['troubleshooting', 'from-socketio', 'from-phoenix'],
];

const t = testing.channelTest();
const alice = t.connect();
const manager = t.manager;
const { WebSocket } = testing.fakeServer();
const client = clients.connectChannels('ws://test', { WebSocket, lazy: true });
const objects: Readonly<Record<string, object>> = {
  manager,
  'manager.channels': manager.channels,
  'manager.channel': manager.channel('lobby'),
  client,
  chat: client.channel('chat:1'),
  connection: manager.getConnectionMetadata(alice.pid) ?? {},
  system: t.system,
  routes: express.websocketRoutes(manager),
  t,
  alice,
  bob: alice,
  room: channels.room,
  ws: express.ws,
  WebSocketMessage: channels.WebSocketMessage,
};
const exported = new Set(
  [core, channels, clients, cluster, express, level, metrics, testing, rxjs].flatMap(Object.keys),
);
/** Words of other libraries, of browsers and of JavaScript, and methods that stand alone in a list. */
const OTHERS = new Set('base64url encodeURIComponent fail for mapFor next toOthers'.split(' '));

/** What is quoted in a page, but not in the left column of a table, which has the words of another library. */
const quotes = PAGES.flatMap((page) =>
  read(`docs/${page}.md`)
    .replace(/```[\s\S]*?```/g, '')
    .split('\n')
    .map((line) =>
      line.startsWith('|') && page.startsWith('from') ? line.replace(/^\|(.*?) \| /, '') : line,
    )
    .flatMap((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text)),
);

const MEMBER =
  /(?<![\w/])(manager\.channels|manager\.channel(?=\()|manager|routes|system|client|chat|connection|t|alice|bob|room|ws|WebSocketMessage)(?:\([^)]*\))?\.(\w+\$?)/g;

const members = new Set(
  quotes.flatMap((quote) =>
    [...quote.matchAll(MEMBER)].map(([, object, name]) => `${object} ${name}`),
  ),
);
/** Functions that are called at the beginning of a quote. */
const calls = new Set(
  quotes
    .flatMap((quote) => (/^(\w+)\(/.exec(quote) ?? []).slice(1))
    .filter((name) => !OTHERS.has(name)),
);

afterAll(() => t.end());

describe('what pages name', () => {
  it.each([...members])('is there: %s', (member) => {
    const [object = '', name = ''] = member.split(' ');

    expect(name in (objects[object] ?? {})).toBe(true);
  });

  it.each([...calls])('is exported: %s', (name) => {
    const isMethod = [manager, manager.channels, alice, t].some((each) => name in each);

    expect(exported.has(name) || isMethod).toBe(true);
  });

  it('is much', () => {
    expect(members.size).toBeGreaterThan(40);
    expect(calls.size).toBeGreaterThan(15);
  });
});
