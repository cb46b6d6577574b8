import type { NatsConnection } from '@nats-io/transport-node';
import type { NatsPackages } from './natsPackages.js';

/** A connection, and the packages that it was made with. */
export class NatsLine {
  constructor(
    readonly packages: NatsPackages,
    readonly connection: NatsConnection,
  ) {}

  /** Closes it; first, if it is up, sends what is queued, for at most 2 s: a server that is frozen takes nothing. */
  async end(isUp: boolean): Promise<void> {
    const { connection } = this;
    const drained = isUp ? connection.drain().catch(() => {}) : undefined;
    let clock: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      clock = setTimeout(resolve, DRAIN);
    });
    await Promise.race([drained, late]);
    clearTimeout(clock);
    await connection.close();
  }
}

/** Milliseconds. */
const DRAIN = 2_000;
