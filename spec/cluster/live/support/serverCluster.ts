import { freePort } from '../../../support/freePort.js';
import { type NatsServer, natsServer } from '../../support/natsServer.js';

/** Servers that forward to each other. */
export async function serverCluster(size: number, hasJetStream = false): Promise<NatsServer[]> {
  const ports = await Promise.all(Array.from({ length: size }, () => freePort()));
  const routes = ports.map((port) => `nats://127.0.0.1:${port}`).join();
  return Promise.all(
    ports.map((port, at) =>
      natsServer({
        hasJetStream,
        config: `server_name: s${at}
lame_duck_grace_period: "500ms"
cluster { name: spec, listen: "127.0.0.1:${port}", no_advertise: true, routes: [${routes}] }`,
      }),
    ),
  );
}
