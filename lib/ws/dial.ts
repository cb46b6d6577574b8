import { map, merge, type Observable } from 'rxjs';
import { decodeRelayFields, type RelayConfig } from '../codec/index.js';
import {
  type Behavior,
  type Duration,
  isPid,
  type Known,
  knownOptions,
  type Pid,
  ProcessError,
  type Self,
} from '../core/index.js';
import type { GivenMetadata } from '../protocol/index.js';
import { adopt, type Cause, causeOfSignal } from '../relay/index.js';
import { processOf } from '../runtime/index.js';
import { dialled } from './dialled.js';
import { CLOSE_TIMEOUT, openSocket } from './openSocket.js';
import { OUTBOUND_OPTIONS, type OutboundOptions, readOutbound } from './outboundOptions.js';

/**
 * A behaviour that is a connection to another server (A8): what the server sends goes to a target, as the messages of a
 * client go to the target of a relay, under the same topics; what processes send to this one, `ws.send` say, goes to
 * the server. So a behaviour that was written for clients serves a server, too. Messages that come before the
 * connection is open wait in the mailbox.
 *
 * It ends with its target, by Z1's class of the close code, and with a `DialError` if it cannot connect; the exit says
 * by `retryable` whether it is worth connecting again, which is what a supervisor does (A9).
 *
 * @param url begins with ws:// or wss://
 * @throws ProcessError `Invalid` for a URL or an option that is wrong, naming it; in the process, for a fake `Self`.
 * @example
 * const feed = dial('wss://feed.example.com', { target: 'prices', headers: { authorization } });
 * system.spawn(supervise({ children: [{ id: 'feed', behavior: feed }], backoff: { initial: '1s' } }));
 */
export function dial(url: string | URL, options: DialOptions): Behavior {
  knownOptions('dial', options, OPTIONS);
  const outbound = readOutbound(url, options);
  const config = readRelay(options);
  // The function's name is the behaviour's name in `system.processes()` and in traces.
  const connection: Behavior = (inbox, self) => {
    const { kernel } = processOf(self, 'dial');
    const end$ = endOf(self, options.target);
    return dialled(openSocket(kernel, outbound), end$, (socket) =>
      adopt(inbox, self, socket, config, CLOSE_TIMEOUT),
    ) as unknown as ReturnType<Behavior>;
  };
  return connection;
}

/** Options of `dial`. */
export interface DialOptions extends OutboundOptions {
  /** The PID or the name of the process that gets what the server sends. */
  readonly target: Pid | string;
  /** What comes with each message; default `{}` (L3). */
  readonly metadata?: GivenMetadata;
  /** The topic of the server's messages; default `ws.message` (H5). */
  readonly message_topic?: string;
  /** How often the target gets a `ws.heartbeat`; default 0: never (L5). */
  readonly heartbeat_interval?: Duration;
}

const OPTIONS: Known<DialOptions> = {
  ...OUTBOUND_OPTIONS,
  target: true,
  metadata: true,
  message_topic: true,
  heartbeat_interval: true,
};

function readRelay({
  target,
  metadata,
  message_topic,
  heartbeat_interval,
}: DialOptions): RelayConfig {
  const address = isPid(target) ? { target_pid: target } : { target_name: target };
  const fields = { ...address, metadata, message_topic, heartbeat_interval };
  const decoded = decodeRelayFields(fields);
  if (decoded._tag === 'Right') return decoded.right;
  throw new ProcessError(
    'Invalid',
    `dial: ${decoded.left.detail.replace(/^target_(?:pid|name)/, 'target')}`,
  );
}

/** What ends the waiting for a socket: the end of the target, or a signal. */
function endOf(self: Self, target: Pid | string): Observable<Cause> {
  return merge(
    self.monitor(target).pipe(map(({ reason }): Cause => ({ type: 'target', exit: reason }))),
    self.signals$.pipe(map(causeOfSignal)),
  );
}
