import { describe, expect, it } from '@jest/globals';
import type { RequestHandler } from 'express';
import { createSystem } from '../../lib/index.js';
import { echo } from '../express/support.js';
import { PRINTED, refused } from './support.js';

const ok: RequestHandler = (_request, response) => void response.end();
const system = createSystem({ logger: false });
system.define('chat', echo);

const router = (more: string): string =>
  `- { name: r, kind: http.router, meta: { server: gateway }${more} }`;
const ROUTER = router('');
const RELAYED = router(', post_middleware: [websocket_relay]');
const relay = (options: string): string =>
  router(`, post_middleware: [websocket_relay], post_options: { ${options} }`);

/** The lines of a text, and those of the error, without the file. */
const ROWS: readonly {
  readonly what: string;
  readonly text: readonly string[];
  readonly says: readonly string[];
}[] = [
  { what: 'an empty text', text: [''], says: ['1:1: expected list or map, not null'] },
  { what: 'a text', text: ['hello'], says: ['1:1: expected list or map, not text'] },
  {
    what: 'entries that are no maps',
    text: ['- 1', '- [a]', '- null'],
    says: [
      '1:3 entries[0]: expected map, not number',
      '2:3 entries[1]: expected map, not list',
      '3:3 entries[2]: expected map, not null',
    ],
  },
  {
    what: 'an entry without a kind',
    text: ['- name: a'],
    says: ['1:3 entries[0].kind: missing field'],
  },
  {
    what: 'kinds that are none',
    text: [
      '- { name: a, kind: http.routr }',
      '- { name: b, kind: function.lua }',
      '- { name: c, kind: 5 }',
    ],
    says: [
      '1:14 entries[0].kind: invalid kind "http.routr"; did you mean "http.router"?',
      '2:14 entries[1].kind: invalid kind "function.lua"; there is http.router, http.endpoint, http.service',
      '3:14 entries[2].kind: expected text, not number',
    ],
  },
  {
    what: 'missing fields',
    text: ['- kind: http.router', '- kind: http.endpoint', '  name: e'],
    says: [
      '1:3 entries[0].name: missing field',
      '1:3 entries[0].meta: missing field',
      '2:3 entries[1].meta: missing field',
      '2:3 entries[1].path: missing field',
      '2:3 entries[1].func: missing field',
    ],
  },
  {
    what: 'unknown fields',
    text: ['- { name: r, kind: http.router, meta: { server: gateway }, prefx: /a, port: 1 }'],
    says: [
      '1:60 entries[0].prefx: unknown field; did you mean "prefix"?',
      '1:71 entries[0].port: unknown field',
    ],
  },
  {
    what: 'fields of the wrong type',
    text: [
      '- name: 7',
      '  kind: http.router',
      '  meta: gateway',
      '  prefix: null',
      '  middleware: a',
      '  options: []',
      '  post_middleware: [1, null, {}]',
    ],
    says: [
      '1:3 entries[0].name: expected text, not number',
      '3:3 entries[0].meta: expected map, not text',
      '4:3 entries[0].prefix: expected path, not null',
      '5:3 entries[0].middleware: expected list, not text',
      '6:3 entries[0].options: expected map, not list',
      '7:21 entries[0].post_middleware[0]: expected text, not number',
      '7:24 entries[0].post_middleware[1]: expected text, not null',
      '7:30 entries[0].post_middleware[2]: expected text, not map',
    ],
  },
  {
    what: 'names that are none',
    text: [
      '- { name: "a b", kind: http.router, meta: { server: gateway } }',
      '- { name: "a:b", kind: http.router, meta: { server: gateway } }',
    ],
    says: [
      '1:5 entries[0].name: invalid name "a b"; it has no ":" and no space',
      '2:5 entries[1].name: invalid name "a:b"; it has no ":" and no space',
    ],
  },
  {
    what: 'names that are taken',
    text: [
      ROUTER,
      '',
      ROUTER,
      RELAYED,
      '- { name: e, kind: http.endpoint, meta: { router: r }, path: /, func: ok }',
    ],
    says: [
      '3:5 entries[1].name: duplicate name "r", first at line 1',
      '4:5 entries[2].name: duplicate name "r", first at line 1',
    ],
  },
  {
    what: 'servers that are not there',
    text: [
      '- { name: r, kind: http.router, meta: { server: gatewy } }',
      '- { name: s, kind: http.router, meta: { server: toString } }',
      '- { name: t, kind: http.router, meta: { srver: gateway } }',
    ],
    says: [
      '1:41 entries[0].meta.server: no server "gatewy": give it in { servers }',
      '2:41 entries[1].meta.server: no server "toString": give it in { servers }',
      '3:33 entries[2].meta.server: missing field',
      '3:41 entries[2].meta.srver: unknown field; did you mean "server"?',
    ],
  },
  {
    what: 'middleware that is not there',
    text: [
      '- { name: r, kind: http.router, meta: { server: gateway }, middleware: [cors, websocket_relay], post_middleware: [auth] }',
    ],
    says: [
      '1:73 entries[0].middleware[0]: no middleware "cors"',
      '1:79 entries[0].middleware[1]: no middleware "websocket_relay"; it stands in post_middleware',
      '1:115 entries[0].post_middleware[0]: no middleware "auth"',
    ],
  },
  {
    what: 'endpoints that lead nowhere',
    text: [
      RELAYED,
      '- { name: e, kind: http.endpoint, meta: { router: s }, path: /, func: nobody }',
      '- { name: f, kind: http.endpoint, meta: { router: r }, path: /, func: __proto__, method: get }',
    ],
    says: [
      '2:43 entries[1].meta.router: no router "s"',
      '2:65 entries[1].func: no handler "nobody": give it in { handlers } or system.define it',
      '3:65 entries[2].func: no handler "__proto__": give it in { handlers } or system.define it',
      '3:82 entries[2].method: invalid method "get"; did you mean "GET"?',
    ],
  },
  {
    what: 'processes without a relay, and by another verb',
    text: [
      ROUTER,
      '- { name: e, kind: http.endpoint, meta: { router: r }, path: /, func: chat }',
      '- { name: q, kind: http.router, meta: { server: gateway }, post_middleware: [websocket_relay] }',
      '- { name: f, kind: http.endpoint, meta: { router: q }, path: /, func: chat, method: POST }',
    ],
    says: [
      '2:65 entries[1].func: "chat" is a process: its router has no websocket_relay in post_middleware',
      '4:65 entries[3].func: "chat" is a process: its method is GET',
    ],
  },
  {
    what: 'unknown options',
    text: [relay('wsrelay.allowed.origin: a, wsrelay.max: 1, cors.x: 1, wsrelay: { max: 1 }')],
    says: [
      '1:112 entries[0].post_options["wsrelay.allowed.origin"]: unknown option; did you mean "wsrelay.allowed.origins"?',
      '1:139 entries[0].post_options["wsrelay.max"]: unknown option',
      '1:155 entries[0].post_options["cors.x"]: unknown option',
      '1:166 entries[0].post_options.wsrelay: unknown option',
    ],
  },
  {
    what: 'options of nobody',
    text: [
      '- { name: r, kind: http.router, meta: { server: gateway }, options: { cors.origin: 1 }, post_options: { wsrelay.max.payload: 1 } }',
    ],
    says: [
      '1:71 entries[0].options["cors.origin"]: unknown option',
      '1:105 entries[0].post_options["wsrelay.max.payload"]: unknown option',
    ],
  },
  {
    what: 'durations that are none',
    text: [
      relay(
        'wsrelay.ping.interval: 5x, wsrelay.close.timeout: -1s, wsrelay.handshake.timeout: true',
      ),
    ],
    says: [
      '1:112 entries[0].post_options["wsrelay.ping.interval"]: invalid duration "5x"',
      '1:139 entries[0].post_options["wsrelay.close.timeout"]: invalid duration "-1s"',
      '1:167 entries[0].post_options["wsrelay.handshake.timeout"]: expected duration, not boolean',
    ],
  },
  {
    what: 'sizes that are none',
    text: [
      relay('wsrelay.max.payload: 0, wsrelay.max.buffered: 1MB, wsrelay.max.connections: .nan'),
    ],
    says: [
      '1:112 entries[0].post_options["wsrelay.max.payload"]: invalid size "0"; a whole number or "1MiB", from 1 to 2147483647',
      '1:136 entries[0].post_options["wsrelay.max.buffered"]: invalid size "1MB"; a whole number or "1MiB", from 1 to 9007199254740991',
      '1:163 entries[0].post_options["wsrelay.max.connections"]: invalid size "NaN"; a whole number or "1MiB", from 0 to 9007199254740991',
    ],
  },
  {
    what: 'origins that are none',
    text: [
      relay('wsrelay.allowed.origins: "https://app.example.com, *, https://a/b"'),
      '- { name: s, kind: http.router, meta: { server: gateway }, post_middleware: [websocket_relay], post_options: { wsrelay.allowed.origins: [null, "x y", ""] } }',
    ],
    says: [
      '1:112 entries[0].post_options["wsrelay.allowed.origins"]: invalid origin "*"',
      '1:112 entries[0].post_options["wsrelay.allowed.origins"]: invalid origin "https://a/b"',
      '2:138 entries[1].post_options["wsrelay.allowed.origins"][0]: expected text, not null',
      '2:151 entries[1].post_options["wsrelay.allowed.origins"][2]: invalid origin ""',
    ],
  },
  {
    what: 'an envelope that is wrong',
    text: ['version: 1.0', 'namspace: a', 'entries: {}'],
    says: [
      '1:1 version: expected text, not number',
      '2:1 namspace: unknown field; did you mean "namespace"?',
      '3:1 entries: expected list, not map',
    ],
  },
  {
    what: 'another version, and its entries',
    text: ['version: "2"', 'entries: [{ kind: http.router }]'],
    says: [
      '1:1 version: invalid version "2"; there is 1.0',
      '2:11 entries[0].name: missing field',
      '2:11 entries[0].meta: missing field',
    ],
  },
  {
    what: 'a service',
    text: ['- { name: s, kind: http.service, addr: ":80" }'],
    says: [
      '1:14 entries[0].kind: an http.service is for rx-process serve; to skip it give { ignore: ["http.service"] }',
    ],
  },
  {
    what: 'what is no YAML',
    text: ['a: [1', 'b: "'],
    says: [
      '2:1: Flow sequence in block collection must be sufficiently indented and end with a ]',
      '2:5: Missing closing "quote',
    ],
  },
  {
    what: 'keys that come twice',
    text: ['- name: a', '  name: b', '  name: c'],
    says: [
      '2:3: duplicate key "name", first at line 1',
      '3:3: duplicate key "name", first at line 1',
    ],
  },
  {
    what: 'what an entry refers to that has something else wrong',
    text: [
      '- { kind: http.router, meta: { server: gatewy, a: 1 }, prefix: 1 }',
      '- { kind: http.endpoint, meta: { router: r }, path: x, func: nobody }',
    ],
    says: [
      '1:3 entries[0].name: missing field',
      '1:32 entries[0].meta.server: no server "gatewy": give it in { servers }',
      '1:48 entries[0].meta.a: unknown field',
      '1:56 entries[0].prefix: expected path, not number',
      '2:3 entries[1].name: missing field',
      '2:34 entries[1].meta.router: no router "r"',
      '2:47 entries[1].path: invalid path "x"; it begins with "/", a parameter is {id}, and the rest of a path {rest...}',
      '2:56 entries[1].func: no handler "nobody": give it in { handlers } or system.define it',
    ],
  },
  {
    what: 'a relay with a wrong option, and nothing that would follow from it',
    text: [
      relay('wsrelay.max.payload: x, wsrelay.allowed.origins: "*"'),
      '- { name: e, kind: http.endpoint, meta: { router: r }, path: /, func: chat }',
    ],
    says: [
      '1:112 entries[0].post_options["wsrelay.max.payload"]: invalid size "x"; a whole number or "1MiB", from 1 to 2147483647',
      '1:136 entries[0].post_options["wsrelay.allowed.origins"]: invalid origin "*"',
    ],
  },
];

describe('ConfigError', () => {
  it.each(ROWS)('tells of $what, all at once, by lines (CF4, CF5)', ({ text, says }) => {
    const { message, code, issues } = refused(text.join('\n'), {
      system,
      handlers: { ok },
      file: 'f',
    });

    expect(message.split('\n').map((line) => line.replace(/^f:/, ''))).toEqual(says);
    expect([code, issues.length]).toEqual(['Invalid', says.length]);
  });

  it.each(['ws', '/ws/', '//', '/a/{id}', '/a b', '/:id', '/*', ''])(
    'takes %j for no prefix (CF1)',
    (path) => {
      const { issues } = refused(router(`, prefix: "${path}"`));

      expect(issues.map(({ path, message }) => `${path}: ${message}`)).toEqual([
        `entries[0].prefix: invalid path ${JSON.stringify(path)}; it begins with "/", ends without one, and has no parameters`,
      ]);
    },
  );

  it.each([
    ...['x', '', '/:id', '/a/*', '/{id', '/{id}x', '/{a}/{a}', '/{rest...}/a', '/{1a}', '/a//b'],
    ...['/a?b', '/(a)', '/a b', '/ü'],
  ])('takes %j for no path of an endpoint (CF1)', (path) => {
    const endpoint = `- { name: e, kind: http.endpoint, meta: { router: r }, path: "${path}", func: ok }`;
    const { issues } = refused(`${endpoint}\n${ROUTER}`, { handlers: { ok } });

    expect(issues.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      `entries[0].path: invalid path ${JSON.stringify(path)}; it begins with "/", a parameter is {id}, and the rest of a path {rest...}`,
    ]);
  });

  it('says of the option of the pages what it is called, at its line (CF4)', () => {
    const text = PRINTED.replace('origins', 'origin');

    const { message, issues } = refused(text, { file: 'router.yaml' });

    expect(message).toBe(
      'router.yaml:9:5 entries[0].post_options["wsrelay.allowed.origin"]: unknown option; did you mean "wsrelay.allowed.origins"?',
    );
    expect(issues).toEqual([
      {
        file: 'router.yaml',
        line: 9,
        column: 5,
        path: 'entries[0].post_options["wsrelay.allowed.origin"]',
        message: 'unknown option; did you mean "wsrelay.allowed.origins"?',
      },
    ]);
  });

  it('has the first 20, and says how many more there are (CF4)', () => {
    const { message, issues } = refused('- {}\n'.repeat(23));
    const lines = message.split('\n');

    expect(issues.map(({ line }) => line)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(lines).toHaveLength(21);
    expect(lines[20]).toBe('and 3 more');
  });
});
