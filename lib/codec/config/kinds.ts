import * as t from 'io-ts';
import { address } from './address.js';
import { map, optional, required } from './map.js';
import { id, name, reference } from './name.js';
import { relayOptions } from './relayOptions.js';
import { prefix, routePath } from './routePath.js';
import { isMap, list, type Schema, Shape, wrongKind } from './shape.js';
import { word } from './word.js';

const VERBS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

// Its keys are judged apart.
const anyMap = (schema: Schema): Shape<Readonly<Record<string, unknown>>> =>
  new Shape('map', { type: 'object', ...schema }, (input, context) =>
    isMap(input) ? t.success(input) : wrongKind('map', input, context),
  );

const OPTIONS_ABOUT =
  'Options of the middleware, as `name.key: value`: it gets them with its name and the dot cut off';

const common = (kind: string, about: string) => ({
  name: required(name, 'What others call this entry; unique'),
  kind: required(word('kind', [kind]), about),
});

const server = required(
  id,
  'Where to mount it: a key of `servers`, or under `rx-process serve` an http.service',
);
const middlewareNames = list(reference);

/** The kinds of entries, each with its fields (CF1). */
export const KINDS = {
  'http.router': map({
    ...common('http.router', 'A router: middleware and endpoints under one prefix'),
    meta: required(map({ server }), 'What it belongs to'),
    prefix: optional(prefix, 'The path below which it is mounted; default /'),
    middleware: optional(middlewareNames, 'Middleware before everything else, in this order'),
    post_middleware: optional(
      middlewareNames,
      'Middleware between a matching endpoint and its handler, in this order; `websocket_relay` is built in',
    ),
    options: optional(anyMap({}), OPTIONS_ABOUT),
    post_options: optional(
      anyMap({
        properties: relayOptions.schema.properties,
        propertyNames: {
          anyOf: [
            { enum: Object.keys(relayOptions.schema.properties as object) },
            { not: { pattern: '^wsrelay\\.' } },
          ],
        },
      }),
      `${OPTIONS_ABOUT}; those of the relay begin with \`wsrelay.\``,
    ),
  }),
  'http.endpoint': map({
    ...common('http.endpoint', 'A path of a router, and who answers there'),
    meta: required(
      map({ router: required(id, 'The router that it belongs to') }),
      'What it belongs to',
    ),
    method: optional(word('method', VERBS), 'The verb of HTTP; default GET'),
    path: required(
      routePath,
      'The path below the prefix of its router: {id} is a parameter, a final {rest...} the rest',
    ),
    func: required(
      reference,
      'Who answers: a key of `handlers`, else the id of a behaviour by system.define',
    ),
  }),
  'http.service': map({
    ...common('http.service', 'A server, for `rx-process serve`'),
    addr: required(address, 'Where it listens: host:port, or :port for every interface'),
  }),
};

/** The name of a kind. */
export type Kind = keyof typeof KINDS;

/** What is read of an entry of a kind. */
export type Fields<K extends Kind> = { [N in K]: t.TypeOf<(typeof KINDS)[N]> }[K];
