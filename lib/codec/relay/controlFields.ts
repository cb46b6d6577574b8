import * as t from 'io-ts';
import { absentOr } from '../fields/absentOr.js';
import { addressFields } from '../fields/address.js';
import { duration } from '../fields/duration.js';
import { instant } from '../fields/instant.js';
import { messageTopic } from './messageTopic.js';
import { metadata } from './metadata.js';

/** What a `ws.control` may change; a field that is absent or null changes nothing (X1). */
export const controlFields = t.partial({
  ...addressFields,
  rejoin: absentOr(duration),
  message_topic: absentOr(messageTopic),
  metadata: absentOr(metadata),
  heartbeat_interval: absentOr(duration),
  expires_at: absentOr(instant),
});
