import { ws } from './ws.js';

/** The topics of the relay itself, which `message_topic` may not take (H5). */
export const RESERVED_TOPICS: ReadonlySet<string> = new Set([
  ws.join,
  ws.leave,
  ws.heartbeat,
  ws.send,
  ws.close,
  ws.control,
]);

/** The topics that a full mailbox takes all the same, each in its place in the order (M11). */
export const LIFECYCLE_TOPICS: readonly string[] = [ws.join, ws.leave, ws.close, ws.control];
