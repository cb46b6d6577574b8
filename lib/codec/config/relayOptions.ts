import { duration } from './duration.js';
import { map, optional, type PartOf, type Read } from './map.js';
import { origins } from './origins.js';
import { size } from './size.js';

const count = (max = Number.MAX_SAFE_INTEGER, min = 1) => size(min, max);

const FIELDS = {
  'wsrelay.allowed.origins': optional(
    origins,
    'Whose pages may connect, beside the own ones: a list, or one text with commas. Default: none',
  ),
  'wsrelay.max.payload': optional(
    count(2 ** 31 - 1),
    'The largest message of a client, in bytes; default 1MiB',
  ),
  'wsrelay.max.buffered': optional(
    count(),
    'Bytes that may wait for a client that does not read; default 4MiB',
  ),
  'wsrelay.max.connections': optional(
    count(undefined, 0),
    'Open connections at a time; default 65536; 0: no limit',
  ),
  'wsrelay.ping.interval': optional(
    duration,
    'How often clients are pinged, and how long they have to answer; default 30s; 0: never',
  ),
  'wsrelay.close.timeout': optional(
    duration,
    'How long a client may take to answer a close frame; default 5s',
  ),
  'wsrelay.handshake.timeout': optional(
    duration,
    'How long a handler may take to end its response; default 10s; 0: for ever',
  ),
};

/** The options of a relay, as a configuration has them (CF2). */
export const relayOptions = map(FIELDS, { what: 'option' });

/** What a configuration calls the relay, and what the options of it begin with. */
export const RELAY = { name: 'websocket_relay', prefix: 'wsrelay' } as const;

/** The options of a relay, by the names of `websocketRelay`. */
export interface RelaySettings {
  readonly allowedOrigins?: readonly string[];
  readonly maxPayload?: number;
  readonly maxBuffered?: number;
  readonly maxConnections?: number;
  readonly pingInterval?: number;
  readonly closeTimeout?: number;
  readonly handshakeTimeout?: number;
}

/** The options as `websocketRelay` calls them: `wsrelay.max.payload` is `maxPayload`. */
export function relaySettings(read: PartOf<Read<typeof FIELDS>>): RelaySettings {
  const named = Object.entries(read).map(([key, value]) => [
    key.slice(RELAY.prefix.length + 1).replace(/\.(\w)/g, (_, letter) => letter.toUpperCase()),
    value,
  ]);
  return Object.fromEntries(named);
}
