import type { KV } from '@nats-io/kv';
import { catchError, defer, from, type Observable, throwError, timeout } from 'rxjs';
import { ProcessError } from '../../core/index.js';
import type { NatsLine } from './natsLine.js';
import type { Registered, Registry } from './transport.js';

/**
 * The keys of a cluster in a bucket of JetStream, which is made on first use, and anew when it is gone (D41, D45). Every
 * call fails with Unavailable where there is no connection, no JetStream, no quorum, or no answer in 2 s.
 */
export class NatsRegistry implements Registry {
  readonly #name: string;
  readonly #replicas: number;
  readonly #line: () => NatsLine | undefined;
  #bucket: Promise<KV> | undefined;

  /** @param line the connection while it is up */
  constructor(name: string, replicas: number, line: () => NatsLine | undefined) {
    this.#name = name;
    this.#replicas = replicas;
    this.#line = line;
  }

  create(key: string, value: Uint8Array): Observable<number | undefined> {
    return this.#ask(async (bucket) => {
      const put = (previousSeq: number) => unlessOther(bucket.put(key, value, { previousSeq }));
      const made = await put(0);
      if (made !== undefined) return made;
      // A key that was deleted is still there, as a mark. (The bucket's own `create` would ask so after any failure.)
      const entry = await bucket.get(key);
      return entry === null || entry.operation === 'PUT' ? undefined : put(entry.revision);
    });
  }

  replace(key: string, value: Uint8Array, revision: number): Observable<number | undefined> {
    return this.#ask((bucket) => unlessOther(bucket.update(key, value, revision)));
  }

  read(key: string): Observable<Registered | undefined> {
    return this.#ask(async (bucket) => {
      // Where the stream is gone, nobody answers a direct get, not even with "no responders"; its status is an error.
      const [entry] = await Promise.all([bucket.get(key), bucket.status()]);
      if (entry?.operation !== 'PUT') return undefined;
      return { value: entry.value, revision: entry.revision };
    });
  }

  remove(key: string, revision: number): Observable<boolean> {
    return this.#ask(async (bucket) => {
      const done = bucket.delete(key, { previousSeq: revision }).then(() => true);
      return (await unlessOther(done)) ?? false;
    });
  }

  #ask<T>(question: (bucket: KV) => Promise<T>): Observable<T> {
    return defer(() => from(this.#answer(question))).pipe(
      timeout({ first: ANSWER }),
      catchError((cause) => throwError(() => unavailable(cause))),
    );
  }

  async #answer<T>(question: (bucket: KV) => Promise<T>): Promise<T> {
    try {
      return await question(await this.#open());
    } catch (error) {
      // Only then is it sure that nothing was done, so that a second try cannot find the first one in its way.
      if (!isGone(error)) throw error;
      this.#bucket = undefined;
      return question(await this.#open());
    }
  }

  async #open(): Promise<KV> {
    const line = this.#line();
    // The client would keep the question until it dials again, and throw it away then.
    if (line === undefined) throw new Error('there is no connection to NATS');
    this.#bucket ??= this.#make(line).catch((error) => {
      this.#bucket = undefined;
      throw error;
    });
    return this.#bucket;
  }

  /** Where it is already there, it is left as it is: whoever made it beforehand knows why (D62). */
  #make({ packages, connection }: NatsLine): Promise<KV> {
    const jetstream = packages.jetstream(connection, { timeout: ANSWER });
    return new packages.Kvm(jetstream).create(this.#name, { history: 1, replicas: this.#replicas });
  }
}

/** Milliseconds for a call. */
const ANSWER = 2_000;

/** Codes of JetStream: another revision is there (of two kinds of servers); no stream; somebody else is just making it. */
const OTHER = [10071, 10164];
const GONE = [10059, 10058];

const codeOf = (error: unknown): unknown => Object(error).code;

/** What was to be done, or `undefined` where compare-and-set found something else than it was to replace. */
async function unlessOther<T>(done: Promise<T>): Promise<T | undefined> {
  try {
    return await done;
  } catch (error) {
    if (OTHER.includes(codeOf(error) as number)) return undefined;
    throw error;
  }
}

/** Whether the stream is not there: JetStream says so, or nobody answers on its subjects. */
function isGone(error: unknown): boolean {
  const { name, isNoResponders } = Object(error);
  const nobody = typeof isNoResponders === 'function' && isNoResponders.call(error);
  return nobody || name === 'JetStreamNotEnabled' || GONE.includes(codeOf(error) as number);
}

const unavailable = (cause: unknown): ProcessError => {
  const { message } = cause as Error;
  const text = `The names of the cluster are kept by JetStream, which does not answer: ${message}`;
  return new ProcessError('Unavailable', text, { cause });
};
