import type { Admission } from './admission.js';
import type { Relay } from './relay.js';

/** Makes an object the relay of an admission, as its application sees it: the middleware of Express, say. */
export function asRelay<T extends object>(object: T, admission: Admission): T & Relay {
  const { hub } = admission;
  const relay: PropertyDescriptorMap & Record<keyof Relay, PropertyDescriptor> = {
    count: { get: () => hub.count },
    connections: { value: () => hub.connections() },
    closeWhere: { value: hub.closeWhere.bind(hub) },
    drain: { value: hub.drain.bind(hub) },
    connections$: { value: hub.connections$ },
    stats: { value: () => hub.counters.stats(hub.count) },
    [admissionOf]: { value: admission },
    shutdown: { value: () => hub.shutdown() },
  };
  return Object.defineProperties(object as T & Relay, relay);
}

/** The inside of a relay, for other folders of this library. */
export const admissionOf: unique symbol = Symbol('rx-process');

/** A relay with its inside. */
export interface Inside {
  readonly [admissionOf]: Admission;
}
