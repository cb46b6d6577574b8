import { isPromise, ProcessError } from '../../core/index.js';
import type { WireMessage } from '../../protocol/index.js';
import type { Published } from '../definitions/joining.js';
import type { Member } from '../members/member.js';
import { Encoded } from '../messages/encoded.js';
import type { Way } from './channel.js';
import type { SendOptions } from './sending.js';

/** A message as members get it that have a filter or a transform, or that all get changed (B21). */
export class Individually {
  readonly #changed = new Map<WireMessage, Encoded>();
  #shown: Published | undefined;

  constructor(
    readonly encoded: Encoded,
    readonly mapFor?: SendOptions['mapFor'],
  ) {}

  get #published(): Published {
    this.#shown ??= publishedOf(this.encoded, this.encoded.message);
    return this.#shown;
  }

  /** What a member gets; `undefined`: nothing. */
  for(member: Member, way: Pick<Way, 'filter' | 'transform'> | undefined): Encoded | undefined {
    const { mapFor, encoded } = this;
    const { message } = encoded;
    const isPlain = way?.filter === undefined && way?.transform === undefined;
    if (isPlain && mapFor === undefined) return encoded;
    try {
      if (way?.filter && !atOnce(way.filter(this.#published))) return undefined;
      const mapped = mapFor ? atOnce(mapFor(member.connection, message)) : message;
      if (mapped === undefined || !way?.transform) return mapped && this.#encode(mapped);
      const before = mapped === message ? this.#published : publishedOf(encoded, mapped);
      const after = atOnce(way.transform(before));
      return after && this.#encode(after === before ? mapped : after);
    } catch (error) {
      // Whose function throws, or gives what is no message, gets nothing; the others do.
      member.owner.report('filter, transform or mapFor', error);
      return undefined;
    }
  }

  #encode(message: WireMessage): Encoded {
    const { channel, place } = this.encoded;
    if (message === this.encoded.message) return this.encoded;
    let encoded = this.#changed.get(message);
    if (encoded === undefined) {
      // It stays where it is in the history, whatever a member sees of it.
      encoded = new Encoded(message, channel, place);
      encoded.check();
      this.#changed.set(message, encoded);
    }
    return encoded;
  }
}

/** What a function has answered. @throws ProcessError `Invalid` for a promise, which a filter must not take for a yes. */
function atOnce<T>(answer: T): T {
  if (!isPromise(answer)) return answer;
  // What it rejects with is nobody's, and would end the Node process.
  Promise.resolve(answer).catch(() => {});
  throw new ProcessError('Invalid', 'answer at once, not by a promise');
}

/** A message of a channel as functions of users, processes and listeners get it. */
export function publishedOf({ channel = '', place }: Encoded, message: WireMessage): Published {
  const { type, payload, timestamp, metadata } = message;
  return {
    channel,
    ...(place !== undefined && { offset: place.offset }),
    ...(place?.key !== undefined && { key: place.key }),
    type,
    timestamp,
    ...(payload !== undefined && { payload }),
    ...(metadata !== undefined && { metadata }),
  };
}
