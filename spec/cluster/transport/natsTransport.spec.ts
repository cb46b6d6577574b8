import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { natsTransport } from '../../../lib/cluster/transport/natsTransport.js';
import { describeWith } from '../../interop/need.js';
import { NEED, natsServer } from '../support/natsServer.js';
import { transportContract } from '../support/transportContract.js';

describeWith(NEED)('natsTransport', () => {
  transportContract(async () => {
    const server = await natsServer();
    const forgetKeys = async (): Promise<void> => {
      const admin = await connect({ servers: server.url });
      await (await jetstreamManager(admin)).streams.delete('KV_rxp1-main');
      await admin.close();
    };
    return {
      connect: natsTransport({ servers: server.url }),
      stop: () => server.stop(),
      start: () => server.start(),
      forgetKeys,
      close: () => server.close(),
    };
  });
});
