import type { Consumer, JetStreamClient, JetStreamManager, StreamConfig } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { defer, from, ignoreElements, type Observable } from 'rxjs';
import type { Dead, Log, LogRecord } from './log.js';

/** A log in a stream of JetStream: a subject for each channel, and a record is one message. */
export class NatsLog implements Log {
  readonly maxRecord: number;
  readonly #nats: Nats;
  readonly #stream: string;
  readonly #subjects: string;

  /** @param subjects what stands before the name of a channel, as text of base64url */
  constructor(nats: Nats, stream: string, subjects: string) {
    this.#nats = nats;
    this.#stream = stream;
    this.#subjects = subjects;
    // Its headers count as well.
    this.maxRecord = (nats.connection.info?.max_payload ?? MIB) - 1024;
  }

  read(name: string, above: number): Observable<LogRecord> {
    return defer(() => from(this.#read(this.#subject(name), above)));
  }

  async *#read(subject: string, above: number): AsyncGenerator<LogRecord> {
    const { manager, client } = this.#nats;
    // Of the leader, as any other server may not have the last one yet.
    const last = await manager.streams.getMessage(this.#stream, { last_by_subj: subject });
    if (last === null || last.seq <= above) return;
    const consumer = await client.consumers.get(this.#stream, {
      filter_subjects: subject,
      opt_start_seq: above + 1,
    });
    try {
      for await (const record of pagesOf(consumer)) {
        yield record;
        if (record.sequence >= last.seq) return;
      }
    } finally {
      consumer.delete().catch(() => {});
    }
    throw new Error(`${subject}: not all records have come`);
  }

  append(name: string, bytes: Uint8Array, last: number): Observable<number | undefined> {
    return defer(() => this.#append(this.#subject(name), bytes, last));
  }

  async #append(subject: string, bytes: Uint8Array, last: number): Promise<number | undefined> {
    const expect = { lastSubjectSequence: last };
    try {
      return (await this.#nats.client.publish(subject, bytes, { expect })).seq;
    } catch (error) {
      if (codeOf(error) === WRONG_LAST) return undefined;
      throw error;
    }
  }

  delete(name: string, dead: Dead): Observable<never> {
    return defer(() => this.#delete(this.#subject(name), dead)).pipe(ignoreElements());
  }

  async #delete(filter: string, { below, also }: Dead): Promise<void> {
    const { streams } = this.#nats.manager;
    // Below the very first one there is nothing, and NATS would take its number for no bound at all.
    if (below > 1) await streams.purge(this.#stream, { filter, seq: below });
    for (const seq of also) {
      await streams.deleteMessage(this.#stream, seq, false).catch(async (error: unknown) => {
        // Its time may be over, or the owner before has had it deleted as well.
        if ((await streams.getMessage(this.#stream, { seq })) !== null) throw error;
      });
    }
  }

  async close(): Promise<void> {
    await this.#nats.connection.close();
  }

  #subject(name: string): string {
    return this.#subjects + Buffer.from(name).toString('base64url');
  }
}

/** All that a consumer has, until a page of it is empty. */
async function* pagesOf(consumer: Consumer): AsyncGenerator<LogRecord> {
  for (let isMore = true; isMore; ) {
    isMore = false;
    for await (const { seq, data } of await consumer.fetch(PAGE)) {
      isMore = true;
      yield { sequence: seq, bytes: data };
    }
  }
}

/** Makes the stream, if there is none; one that is there stays as it is, as others may have said what it is. */
export async function makeStream(
  { streams }: JetStreamManager,
  config: Partial<StreamConfig> & Pick<StreamConfig, 'name'>,
): Promise<void> {
  try {
    await streams.info(config.name);
  } catch (error) {
    if (codeOf(error) !== NO_STREAM) throw error;
    await streams.add(config).catch((failure: unknown) => {
      // Another node was faster, and has said something else of it.
      if (codeOf(failure) !== STREAM_EXISTS) throw failure;
    });
  }
}

/** A connection, and what JetStream is asked by. */
export interface Nats {
  readonly connection: NatsConnection;
  readonly client: JetStreamClient;
  readonly manager: JetStreamManager;
}

const codeOf = (error: unknown): unknown => Object(error).code;

/** So many are asked for at a time, and so many milliseconds there may be between them. */
const PAGE = { max_messages: 1_000, expires: 2_000 };
/** Codes of JetStream. */
const WRONG_LAST = 10071;
const NO_STREAM = 10059;
const STREAM_EXISTS = 10058;
const MIB = 1024 * 1024;
