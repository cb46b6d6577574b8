import { catchError, from, map, of, timeout } from 'rxjs';
import { type Duration, durationOption, isPromise, ProcessError, shown } from '../../core/index.js';
import { type Agreement, agree } from '../../protocol/index.js';
import { isChannelName } from '../definitions/channelName.js';
import type { Expected, Known } from '../members/newcomer.js';
import { admit, isRefusal } from '../wire/admit.js';
import type { Inside } from './inside.js';

/**
 * Decides on a client before its 101: its dialect (CP3), who it is (B14), and whether it may join the channel of its
 * path (B15). What fails is an answer, too. The answer comes once, within this call where no hook is async.
 */
export function handshake(
  inside: Inside,
  asked: HandshakeRequest,
  done: (outcome: Outcome) => void,
): void {
  const { broker, arrivals } = inside;
  const agreement = agree(asked.protocols);
  if ('refused' in agreement) return done({ status: 400, body: agreement.refused });
  const { dialect, selected } = agreement;
  if (dialect === undefined) return done({ version: selected });
  const { channel, known, maxPayload } = asked;
  if (channel !== undefined && !isChannelName(channel)) {
    return done({ status: 400, body: 'Invalid channel' });
  }
  connect(inside, asked, agreement, (admitted) => {
    if ('status' in admitted) return done(admitted);
    const { identity, metadata, expiresIn } = admitted;
    const connection = arrivals.newcomer({ ...known, identity, metadata, protocol: dialect });
    const welcome = (place: Expected['channel']): void => {
      if (broker.pid === undefined) return done({ status: 503, body: 'Not ready' });
      const expected: Expected = {
        connection,
        channel: place,
        payload: maxPayload,
        expiresIn: expiresIn === undefined ? undefined : durationOption('expiresIn', expiresIn),
      };
      arrivals.expect(expected);
      done({ expected, selected });
    };
    if (channel === undefined) return welcome(undefined);
    admit(broker, { channel, connection, params: undefined, meta: undefined }, (answer) => {
      if (isRefusal(answer)) done(refused(answer.refused, answer.message));
      else welcome({ name: channel, joining: answer });
    });
  });
}

/** What is known of a client that asks to connect. */
export interface HandshakeRequest {
  /** The `Sec-WebSocket-Protocol` of the request. */
  readonly protocols: string | undefined;
  /** The channel of the path, decoded. */
  readonly channel: string | undefined;
  readonly known: Pick<Known, 'address' | 'userAgent'>;
  /** Bytes. */
  readonly maxPayload: number;
  /** Calls the `connect` hook with the token that the client has offered. */
  readonly connect: ((offered: { readonly token?: string }) => unknown) | undefined;
}

/** What becomes of it: a connection, one that is closed with 4406, or an answer of HTTP. */
export type Outcome =
  | { readonly expected: Expected; readonly selected: string | undefined }
  | { readonly version: string }
  | Declined;

/** A client is let in, and who it is (B14). */
export interface Admitted {
  /** 1 to 255 characters; default: nobody knows. */
  readonly identity?: string | undefined;
  /** What else is to be known of it; plain data. Default: nothing. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  /** How long it may stay; then it is closed with 4401. Default: for ever. */
  readonly expiresIn?: Duration | undefined;
}

/** A client is refused by HTTP. */
export interface Declined {
  /** 400 to 599. */
  readonly status: number;
  readonly body?: string | undefined;
}

/** Asks the `connect` hook, which may answer by a promise. */
function connect(
  { broker }: Inside,
  { connect: hook }: HandshakeRequest,
  agreement: Agreement,
  done: (answer: Admitted | Declined) => void,
): void {
  const token = 'token' in agreement ? agreement.token : undefined;
  const { limits, kernel } = broker;
  const failed = (error: unknown): Declined => {
    broker.report('the connect hook', error);
    return { status: 503, body: 'Service unavailable' };
  };
  let answer: Admitted | Declined;
  try {
    const returned = hook === undefined ? {} : hook(token === undefined ? {} : { token });
    if (isPromise(returned)) {
      const answer$ = from(returned).pipe(
        timeout({ each: limits.connectTimeout, scheduler: kernel.scheduler }),
        map(checked),
        catchError((error: unknown) => of(failed(error))),
      );
      answer$.subscribe(done);
      return;
    }
    answer = checked(returned);
  } catch (error) {
    answer = failed(error);
  }
  done(answer);
}

/** What the hook has said. @throws ProcessError `Invalid` for anything else, because that must not let anybody in. */
function checked(answer: unknown): Admitted | Declined {
  if (typeof answer !== 'object' || answer === null) {
    throw new ProcessError(
      'Invalid',
      `connect: give { identity } or { status }, not ${shown(answer)}`,
    );
  }
  const { status, identity, metadata, expiresIn } = answer as Partial<Admitted & Declined>;
  if (status !== undefined) {
    if (Number.isInteger(status) && status >= 400 && status <= 599) return answer as Declined;
    throw new ProcessError('Invalid', `connect: status is from 400 to 599, not ${shown(status)}`);
  }
  const isText = typeof identity === 'string' && identity !== '' && identity.length <= 255;
  if (identity !== undefined && !isText) {
    throw new ProcessError('Invalid', 'connect: identity is a text of 1 to 255 characters');
  }
  if (metadata !== undefined && (typeof metadata !== 'object' || metadata === null)) {
    throw new ProcessError('Invalid', 'connect: metadata is an object');
  }
  if (expiresIn !== undefined) durationOption('connect: expiresIn', expiresIn);
  return answer as Admitted;
}

/** The status for a code that a join was refused with. */
function refused(code: string, body: string): Declined {
  if (code === 'unknown_channel') return { status: 404, body };
  const isLater = code === 'timeout' || code === 'internal' || code === 'overloaded';
  return { status: isLater ? 503 : 403, body };
}
