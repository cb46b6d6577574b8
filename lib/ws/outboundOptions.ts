import { validateHeaderName, validateHeaderValue } from 'node:http';
import {
  countOption,
  type Duration,
  durationOption,
  type Known,
  ProcessError,
  shown,
} from '../core/index.js';

/** Options of a connection to another server (A1, A2, A11). */
export interface OutboundOptions {
  /** Headers of the handshake, `Authorization` say. They are in no log and no error. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Subprotocols to offer; the server has to choose one of them. */
  readonly protocols?: readonly string[];
  /** How long the server has to answer the handshake; default 30 s; 0: 30 s as well. */
  readonly dialTimeout?: Duration;
  /** How long no message may come; default 0: for ever. Then the connection closes with 1001. */
  readonly readTimeout?: Duration;
  /** How long nothing of what waits may leave; default 30 s; 0: for ever. Then the connection closes with 1011. */
  readonly writeTimeout?: Duration;
  /** One of `COMPRESSION`; default `COMPRESSION.DISABLED`. */
  readonly compression?: Compression;
  /** Messages of so many bytes are compressed, if the server agrees; default 1 KiB, at most 100 MiB. */
  readonly compressionThreshold?: number;
  /** The largest message that may come, in bytes; default 16 MiB; 0: 16 MiB as well; at most 128 MiB. Above: 1009. */
  readonly readLimit?: number;
  /** Of `connect`: how many messages may wait for who reads them before reading pauses; default 32, at most 10,000. */
  readonly channelCapacity?: number;
  /** How many bytes may wait to be sent beside the largest message; default 4 MiB. Beyond it: 1011. */
  readonly maxBuffered?: number;
  /** How often the server is pinged, and how long it has to answer; default 30 s; 0: never. Then 1006. */
  readonly pingInterval?: Duration;
}

/**
 * What compression is offered. `CONTEXT_TAKEOVER`: a message of the server may refer to those before it, which is
 * smaller, and takes memory. `NO_CONTEXT_TAKEOVER`: each by itself; those that are sent are so in any case.
 */
export const COMPRESSION = Object.freeze({
  DISABLED: 0,
  CONTEXT_TAKEOVER: 1,
  NO_CONTEXT_TAKEOVER: 2,
} as const);

export type Compression = (typeof COMPRESSION)[keyof typeof COMPRESSION];

/** Where to connect to, and how: checked, times in milliseconds, Infinity where there is no limit. */
export interface Outbound {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly protocols: readonly string[];
  readonly dialTimeout: number;
  readonly readTimeout: number;
  readonly writeTimeout: number;
  readonly compression: Compression;
  readonly compressionThreshold: number;
  readonly readLimit: number;
  readonly channelCapacity: number;
  readonly maxBuffered: number;
  readonly pingInterval: number;
}

/** The names of these options, to be checked together with those of `connect` or `dial`. */
export const OUTBOUND_OPTIONS: Known<OutboundOptions> = {
  headers: true,
  protocols: true,
  dialTimeout: true,
  readTimeout: true,
  writeTimeout: true,
  compression: true,
  compressionThreshold: true,
  readLimit: true,
  channelCapacity: true,
  maxBuffered: true,
  pingInterval: true,
};

/** Reads URL and options. @throws ProcessError `Invalid` naming what is wrong, but no query, token or header. */
export function readOutbound(url: string | URL, options: OutboundOptions): Outbound {
  const { compression = COMPRESSION.DISABLED, compressionThreshold = KIB, readLimit = 0 } = options;
  if (![0, 1, 2].includes(compression)) throw invalid('compression: give a value of COMPRESSION');
  const max = 100 * MIB;
  return {
    url: readUrl(url),
    headers: readHeaders(options.headers ?? {}),
    protocols: readProtocols(options.protocols ?? []),
    dialTimeout: durationOption('dialTimeout', options.dialTimeout ?? 0) || 30_000,
    readTimeout: limit('readTimeout', options.readTimeout ?? 0),
    writeTimeout: limit('writeTimeout', options.writeTimeout ?? '30s'),
    compression,
    compressionThreshold: countOption('compressionThreshold', compressionThreshold, {
      min: 0,
      max,
    }),
    readLimit: countOption('readLimit', readLimit, { min: 0, max: 128 * MIB }) || 16 * MIB,
    channelCapacity: countOption('channelCapacity', options.channelCapacity ?? 32, { max: 10_000 }),
    maxBuffered: countOption('maxBuffered', options.maxBuffered ?? 4 * MIB),
    pingInterval: durationOption('pingInterval', options.pingInterval ?? '30s'),
  };
}

const KIB = 1_024;
const MIB = KIB * KIB;

const limit = (name: string, value: Duration): number =>
  durationOption(name, value) || Number.POSITIVE_INFINITY;

const invalid = (text: string): ProcessError => new ProcessError('Invalid', text);

function readUrl(given: string | URL): URL {
  const url = URL.canParse(String(given)) ? new URL(given) : undefined;
  if (url?.protocol !== 'ws:' && url?.protocol !== 'wss:') {
    throw invalid(
      `url: give one that begins with ws:// or wss://${url ? `, not ${url.protocol}` : ''}`,
    );
  }
  if (url.hash !== '') throw invalid('url: it has a fragment (#…), which no server sees');
  return url;
}

function readHeaders(given: Readonly<Record<string, string>>): Outbound['headers'] {
  if (typeof given !== 'object' || given === null) throw invalid('headers: give an object');
  const headers = { ...given };
  for (const [name, value] of Object.entries(headers)) checkHeader(name, value);
  return headers;
}

/** Node's own errors name the header and not its value. */
function checkHeader(name: string, value: unknown): void {
  if (typeof value !== 'string') throw invalid(`headers: ${shown(name)} is a text`);
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch (error) {
    throw invalid(`headers: ${(error as Error).message}`);
  }
}

function readProtocols(given: readonly string[]): readonly string[] {
  const isList = Array.isArray(given) && new Set(given).size === given.length;
  const isToken = (each: unknown): boolean => typeof each === 'string' && TOKEN.test(each);
  if (isList && given.every(isToken)) return [...given];
  throw invalid('protocols: give a list of names, none of them twice');
}

/** A token of HTTP (RFC 9110 §5.6.2). */
const TOKEN = /^[\w!#$%&'*+\-.^`|~]+$/;
