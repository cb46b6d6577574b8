import { firstValueFrom, from, timeout } from 'rxjs';
import { type Duration, durationOption, isPromise, ProcessError, shown } from '../../core/index.js';
import { type Agreement, agree } from '../../protocol/index.js';
import { isChannelName } from '../definitions/channelName.js';
import type { Expected, Known, Newcomer } from '../members/newcomer.js';
import { type Answer, admit, isRefusal } from '../wire/admit.js';
import type { Inside } from './inside.js';

/**
 * Decides on a client before its 101: its dialect (CP3), who it is (B14), and whether it may join the channel of its
 * path (B15). It rejects with nothing: what fails is an answer, too.
 */
export async function handshake(inside: Inside, asked: HandshakeRequest): Promise<Outcome> {
  const { broker, arrivals } = inside;
  const agreement = agree(asked.protocols);
  if ('refused' in agreement) return { status: 400, body: agreement.refused };
  if (agreement.dialect === undefined) return { version: agreement.selected };
  const name = asked.channel;
  if (name !== undefined && !isChannelName(name)) return { status: 400, body: 'Invalid channel' };
  const admitted = await connect(inside, asked, agreement);
  if ('status' in admitted) return admitted;
  const { identity, metadata, expiresIn } = admitted;
  const known = { ...asked.known, identity, metadata, protocol: agreement.dialect };
  const connection = arrivals.newcomer(known);
  const answer = name === undefined ? undefined : await join(inside, connection, name);
  if (answer !== undefined && isRefusal(answer)) return refused(answer.refused, answer.message);
  const expected: Expected = {
    connection,
    channel: name === undefined || answer === undefined ? undefined : { name, joining: answer },
    payload: asked.maxPayload,
    expiresIn: expiresIn === undefined ? undefined : durationOption('expiresIn', expiresIn),
  };
  if (broker.pid === undefined) return { status: 503, body: 'Not ready' };
  arrivals.expect(expected);
  return { expected, selected: agreement.selected };
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

async function connect(
  { broker }: Inside,
  { connect: hook }: HandshakeRequest,
  agreement: Agreement,
): Promise<Admitted | Declined> {
  if (hook === undefined) return {};
  const token = 'token' in agreement ? agreement.token : undefined;
  const { limits, kernel } = broker;
  try {
    const returned = hook(token === undefined ? {} : { token });
    if (!isPromise(returned)) return checked(returned);
    const late = timeout({ each: limits.connectTimeout, scheduler: kernel.scheduler });
    return checked(await firstValueFrom(from(returned).pipe(late)));
  } catch (error) {
    broker.report('the connect hook', error);
    return { status: 503, body: 'Service unavailable' };
  }
}

/** What the hook has said. @throws ProcessError `Invalid` for anything else, because that must not let anybody in. */
function checked(answer: unknown): Admitted | Declined {
  if (typeof answer !== 'object' || answer === null) {
    throw new ProcessError(
      'Invalid',
      `connect: give { identity } or { status }, not ${shown(answer)}`,
    );
  }
  const { status, identity, metadata } = answer as Partial<Admitted & Declined>;
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
  return answer as Admitted;
}

const join = ({ broker }: Inside, connection: Newcomer, channel: string): Promise<Answer> =>
  new Promise((resolve) => {
    admit(broker, { channel, connection, params: undefined, meta: undefined }, resolve);
  });

/** The status for a code that a join was refused with. */
function refused(code: string, body: string): Declined {
  if (code === 'unknown_channel') return { status: 404, body };
  const isLater = code === 'timeout' || code === 'internal' || code === 'overloaded';
  return { status: isLater ? 503 : 403, body };
}
