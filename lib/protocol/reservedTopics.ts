import { ws } from './ws.js';

/** The relay's own topics, which must not be used as `message_topic` (H5). */
export const RESERVED_TOPICS: ReadonlySet<string> = new Set([
  ws.join,
  ws.leave,
  ws.heartbeat,
  ws.send,
  ws.sent,
  ws.close,
  ws.control,
]);

/** The topics that even a full mailbox takes, in the order of arrival (M11, W9). */
export const LIFECYCLE_TOPICS: readonly string[] = [
  ws.join,
  ws.leave,
  ws.close,
  ws.control,
  ws.sent,
];
