/**
 * What `rx-process/ws` is in a browser, by the condition of that name in package.json: an error, as soon as it is
 * imported (A12).
 */
export function browser(): never {
  throw new Error('rx-process/ws is for Node: in a browser, use rx-process/client');
}

/** Every name is there, because for a missing one a bundler would have an error of its own, without this advice. */
export const {
  BINARY,
  CLOSE_CODES,
  COMPRESSION,
  DialError,
  EventSocket,
  Outbox,
  RelayWebSocket,
  TEXT,
  TYPE_BINARY,
  TYPE_TEXT,
  UpgradeServer,
  closeCode,
  closeCodes,
  connect,
  dial,
  readRetry,
  withRetry,
} = browser() as Readonly<Record<string, unknown>>;
