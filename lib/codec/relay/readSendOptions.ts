import type { Pid } from '../../core/index.js';
import type { Overflow } from '../../protocol/index.js';

/**
 * Reads how a `ws.send` wants its frame delivered (W7–W9): `undefined` if it does not say, as most do not,
 * which costs three looks.
 *
 * @param from who is to be told what has become of it
 */
export function readSendOptions(payload: unknown, from: Pid | undefined): SendOptions | Reading {
  try {
    const { overflow, key, ack } = payload as Asked;
    if (overflow === undefined && key === undefined && ack === undefined) return undefined;
    return optionsOf({ overflow, key, ack }, from);
  } catch {
    return 'malformed'; // a getter or a proxy that throws is the sender's mistake (W2)
  }
}

/** How a frame is to be delivered. */
export interface SendOptions {
  /** `undefined`: as the relay says. */
  readonly overflow: Overflow | undefined;
  /** Which unsent frame a `'latest'` replaces. */
  readonly key: string;
  /** The `ack`; `undefined`: nobody wants to know what has become of the frame. */
  readonly ref: unknown;
  /** Who wants to know; `undefined`: it was sent from outside any process. */
  readonly from: Pid | undefined;
}

/** Nothing to deliver by, or what is no way to deliver. */
type Reading = 'malformed' | undefined;

interface Asked {
  readonly overflow?: unknown;
  readonly key?: unknown;
  readonly ack?: unknown;
}

function optionsOf({ overflow, key, ack }: Asked, from: Pid | undefined): SendOptions | Reading {
  if (key !== undefined) {
    const isLatest = overflow === undefined || overflow === 'latest';
    if (typeof key !== 'string' || !isLatest) return 'malformed';
    return { overflow: 'latest', key, ref: ack, from };
  }
  if (overflow !== undefined && !isOverflow(overflow)) return 'malformed';
  return { overflow, key: '', ref: ack, from };
}

/** Whether a value is a way to deliver. */
export function isOverflow(value: unknown): value is Overflow {
  return value === 'close' || value === 'dropOldest' || value === 'latest';
}
