import { createRequire } from 'node:module';
import { ADMIN, FEATURES, type Info } from '../protocol/index.js';

const { name, version } = createRequire(import.meta.url)('../../package.json');

/** What a server of this package is by default: what `websocket:info` tells where none is running (CL3). */
export const defaultInfo: DefaultInfo = {
  admin: ADMIN,
  info: { name, version },
  endpoints: [
    { path: '/ws', kind: 'main' },
    { path: '/ws/:channel', kind: 'channel' },
  ],
  features: FEATURES,
  limits: { connections: 65_536, payload: 2 ** 20, channels: 128, buffered: 2 ** 22 },
};

/** Nothing of it needs a server. */
export type DefaultInfo = Pick<Info, 'admin' | 'endpoints' | 'features' | 'limits'> & {
  readonly info: Pick<Info['info'], 'name' | 'version'>;
};
