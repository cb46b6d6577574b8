import type { WireMessage } from '../../protocol/index.js';
import type { Connection } from '../definitions/connection.js';

/** What a client has sent, where no process takes it (B20). */
export class ClientMessage implements WireMessage {
  readonly type: WireMessage['type'];
  readonly payload: unknown;
  readonly timestamp: number;
  declare readonly metadata?: unknown;
  readonly #exchange: Answerable | undefined;
  readonly #isChecked: boolean;

  constructor(
    readonly connection: Connection,
    readonly channel: string | undefined,
    message: WireMessage,
    /** As it came. */
    readonly raw: string | Uint8Array,
    exchange?: Answerable,
    /** By what its data was checked; `undefined`: nobody has. */
    checkedBy?: unknown,
  ) {
    this.type = message.type;
    this.payload = message.payload;
    this.timestamp = message.timestamp;
    if (message.metadata !== undefined) this.metadata = message.metadata;
    this.#exchange = exchange;
    this.#isChecked = checkedBy !== undefined;
  }

  /** Whether its data is as the schema has made it, in the `events` of its channel. */
  static isChecked(message: ClientMessage): boolean {
    return message.#isChecked;
  }

  /**
   * Answers it, if its client has asked by an id; `false` if it has not, or was answered (CP9).
   *
   * @throws ProcessError `Invalid` for what has no JSON.
   * @example manager.messages$.pipe(ofEvent(sum)).subscribe((message) => message.reply(message.data.a + message.data.b));
   */
  reply(value: unknown): boolean {
    if (this.#exchange?.id === undefined) return false;
    return this.#exchange.done({ type: 'json', payload: value ?? null });
  }

  /** Tells its client that it failed, with a code of the wire (CP8) or one of the application's own; `false` as `reply`. */
  fail(code: string, message: string, options?: FailOptions): boolean {
    return this.#exchange?.fail(code, message, options) ?? false;
  }
}

/** What may be said of a failure beside its code and text. */
export interface FailOptions {
  /** Whether the client may try again; default: as the code says. */
  readonly retry?: boolean;
  /** Milliseconds until then. */
  readonly after?: number;
  /** What is wrong, and where, for a program. */
  readonly details?: unknown;
}

/** A message of a client that may be answered. */
interface Answerable {
  readonly id: unknown;
  done(body: Pick<WireMessage, 'type' | 'payload'>): boolean;
  fail(code: string, message: string, options?: FailOptions): boolean;
}
