import { filter, firstValueFrom, type Observable, timeout, toArray } from 'rxjs';
import type {
  Delivery,
  Transport,
  TransportPlace,
  TransportState,
} from '../../../lib/cluster/index.js';
import { deferred, within } from '../../support/runtime.js';

/** Whose connection it is, for a transport without a cluster; the warnings are kept. */
export function place(name: string, cluster = 'main'): TransportPlace & { warnings: string[] } {
  const warnings: string[] = [];
  const warn = (code: string, text: string): number => warnings.push(`${code}: ${text}`);
  return { name, incarnation: '00000001', cluster, replicas: 1, warn, warnings };
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A delivery as text: its subject, and what it says, or that it is a refusal. */
export const textOf = ({ subject, bytes, isRefusal }: Delivery): string =>
  isRefusal ? `${subject} refused` : `${subject} ${new TextDecoder().decode(bytes)}`;

/** Waits until a transport is in a state. */
export function reaches(transport: Transport, state: TransportState): Promise<unknown> {
  return firstValueFrom(
    transport.state$.pipe(
      filter((each) => each === state),
      timeout(10_000),
    ),
  );
}

/** The values of a stream that completes. */
export const all = <T>(source: Observable<T>): Promise<T[]> =>
  firstValueFrom(source.pipe(toArray(), timeout(10_000)));

/** What comes for a subject, as text, in an array that grows. */
export function hear(transport: Transport, subject: string): string[] {
  const heard: string[] = [];
  transport.subscribe(subject, (delivery) => heard.push(textOf(delivery)));
  return heard;
}

let trips = 0;

/**
 * A round trip: the server has dealt with all that this transport asked of it before, and what the server had for it has
 * come.
 */
export async function roundTrip(transport: Transport): Promise<void> {
  const { promise, resolve } = deferred();
  trips += 1;
  const subject = `rxp1.trip.${trips}`;
  const subscription = transport.subscribe(subject, () => resolve());
  transport.publish(subject, new Uint8Array());
  await within(promise);
  subscription.unsubscribe();
}
