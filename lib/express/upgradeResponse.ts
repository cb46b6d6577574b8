import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Behavior } from '../core/index.js';
import type { Mountable } from './mountable.js';

/**
 * The response to an upgrade request. What belongs to it is in private fields, which stay with the
 * object when Express replaces its prototype, and which cost less than an entry in a WeakMap.
 */
export class UpgradeResponse extends ServerResponse {
  /**
   * A field of its own, not Node's getter: a head that is swallowed counts as sent for whoever asks. To
   * define it then would turn the whole object into a hash table, for every upgrade.
   */
  override headersSent = false;
  readonly #upgrade: Mountable;
  #owned: OwnedTarget | undefined;
  #isSwallowed = false;

  constructor(request: IncomingMessage, upgrade: Mountable) {
    super(request);
    this.#upgrade = upgrade;
    this.shouldKeepAlive = false;
  }

  /** The upgrade that a response belongs to; `undefined` for a plain one. */
  static upgradeOf(response: ServerResponse): Mountable | undefined {
    return #upgrade in response ? response.#upgrade : undefined;
  }

  /** Its head is out. A plain response knows that by itself. */
  static markSent(response: ServerResponse): void {
    if (#upgrade in response) response.headersSent = true;
  }

  /** Its head is taken, and counts as sent. */
  static swallow(response: ServerResponse): void {
    UpgradeResponse.markSent(response);
    if (#upgrade in response) response.#isSwallowed = true;
  }

  static isSwallowed(response: ServerResponse): boolean {
    return #upgrade in response && response.#isSwallowed;
  }

  /** A response without a socket of its own closes, as one with a socket does. */
  static close(response: ServerResponse): void {
    if (response.destroyed) return;
    response.destroyed = true;
    (response as { _closed?: boolean })._closed = true;
    // As Node does it: whoever refuses is not in the hands of the application's listeners.
    nextTick(() => response.emit('close'));
  }

  /** Remembers a behaviour; a plain response, which ends as 426, needs none. */
  static own(response: ServerResponse, target: OwnedTarget | undefined): void {
    if (#owned in response) response.#owned = target;
  }

  /** The behaviour to spawn for this header. */
  static ownedBy(response: ServerResponse, header: unknown): Behavior | undefined {
    const target = #owned in response ? response.#owned : undefined;
    return target?.text === header ? target?.behavior : undefined;
  }
}

// Taken once, at import, so that a test which fakes it later stops no answer.
const { nextTick } = process;

/** A behaviour that the relay is to spawn, and the header it belongs to: a later header replaces both. */
export interface OwnedTarget {
  readonly text: string;
  readonly behavior: Behavior;
}
