import { Subscription } from 'rxjs';
import { agree } from '../../protocol/index.js';
import { isChannelName } from '../definitions/channelName.js';
import type { ClientDetails, Expected } from '../members/newcomer.js';
import { askConnect, type Declined, type Identified } from '../wire/askConnect.js';
import type { Arrivals, Expecting } from './arrivals.js';
import { askPath } from './askPath.js';
import { refuseVersion } from './refuseVersion.js';

/**
 * Decides on a client before its 101: its dialect (CP3), who it is (B14), and whether it may join the channel of its
 * path (B15). What fails is an answer, too. The answer comes once, within this call where no hook is async; never
 * after what this returns was unsubscribed, because the client has gone.
 */
export function handshake(
  arrivals: Arrivals,
  asked: HandshakeRequest,
  done: (outcome: Outcome) => void,
): Subscription {
  const { broker } = arrivals;
  const { channel, connect, known, protocols } = asked;
  const asking = new Subscription();
  const end = (outcome: Outcome): Subscription => {
    done(outcome);
    return asking;
  };
  const agreement = agree(protocols);
  if ('refused' in agreement) return end({ status: 400, body: agreement.refused });
  const { dialect, selected } = agreement;
  if (dialect === undefined) return end({ relay: { target: refuseVersion }, selected });
  if (channel !== undefined && !isChannelName(channel)) {
    return end({ status: 400, body: 'Invalid channel' });
  }
  const identify = (answer: Identified | Declined): void => {
    if ('status' in answer) return done(answer);
    const connection = arrivals.newcomer({ ...known, ...answer, protocol: dialect });
    const welcome = (place: Expected['channel']): void => {
      const { maxPayload: payload, refresh, lastId } = asked;
      const { expiresIn } = answer;
      const stream = lastId === undefined ? undefined : { channel: `${channel}`, lastId };
      const expected = { connection, channel: place, payload, expiresIn, refresh, stream };
      done({ relay: arrivals.expect(expected), selected, id: connection.id });
    };
    if (channel === undefined) return welcome(undefined);
    asking.add(askPath(arrivals, connection, { channel, lastId: asked.lastId }, done, welcome));
  };
  const offered = 'token' in agreement ? { token: agreement.token } : {};
  const ask = (): unknown => (connect === undefined ? {} : connect(offered));
  asking.add(askConnect(broker, 'connect', ask, identify));
  return asking;
}

/** What is known of a client that asks to connect, and who is to be asked about it. */
export interface HandshakeRequest {
  /** The `Sec-WebSocket-Protocol` of the request. */
  readonly protocols: string | undefined;
  /** The channel of the path, decoded. */
  readonly channel: string | undefined;
  readonly known: Pick<ClientDetails, 'address' | 'userAgent'>;
  /** Bytes. */
  readonly maxPayload: number;
  /** Calls the `connect` hook with the token that the client has offered. */
  readonly connect: ((offered: { readonly token?: string }) => unknown) | undefined;
  readonly refresh: Expected['refresh'];
  /** Its `Last-Event-ID`, or `''`, where it asks for server-sent events. */
  readonly lastId?: string;
}

/** What becomes of it: a relay, with the subprotocol that is selected, or an answer of HTTP. */
export type Outcome = Accepted | Declined;

interface Accepted {
  /** A client that speaks no dialect of ours is relayed, too, to be closed with 4406. */
  readonly relay: { readonly target: typeof refuseVersion } | Expecting;
  readonly selected: string | undefined;
  /** Whom the manager expects; to be forgotten when the handshake is over. */
  readonly id?: string;
}
