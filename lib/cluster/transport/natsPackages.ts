import { ProcessError } from '../../core/index.js';

/**
 * Loads the client of NATS, when a connection is made and not before: its packages are optional peers (D72).
 *
 * @throws ProcessError `Unavailable`: one is missing; the text says what to install.
 */
export async function natsPackages() {
  try {
    const [{ connect, errors }, { jetstream }, { Kvm }] = await Promise.all([
      import('@nats-io/transport-node'),
      import('@nats-io/jetstream'),
      import('@nats-io/kv'),
    ]);
    return { connect, errors, jetstream, Kvm };
  } catch (cause) {
    const packages = '@nats-io/transport-node @nats-io/jetstream @nats-io/kv msgpackr';
    const text = `A cluster over NATS needs its client: npm install ${packages}`;
    throw new ProcessError('Unavailable', text, { cause });
  }
}

/** The client of NATS. */
export type NatsPackages = Awaited<ReturnType<typeof natsPackages>>;
