// Who is measured. A further peer is one more entry and a script with the same command line.
import type { ProtocolName } from './protocols.js';

export interface Peer {
  readonly name: string;
  /** In bench/; started with `--port 0`, answers as lib/serve.ts does. */
  readonly script: string;
  readonly protocol: ProtocolName;
  readonly path: string;
  /** The only mode it takes part in; default all. */
  readonly only?: string;
}

/** Every ratio is to this peer, which therefore always runs. */
export const baseline = 'ws';

export const peers: readonly Peer[] = [
  { name: 'ws', script: 'server-ws.ts', protocol: 'ws', path: '/ws' },
  { name: 'rx-process', script: 'server-rx-process.ts', protocol: 'ws', path: '/ws' },
  // Nobody looks at them.
  {
    name: 'rx-process + devtools',
    script: 'server-rx-process-devtools.ts',
    protocol: 'ws',
    path: '/ws',
    only: 'echo16',
  },
  // The door without Express. Messages go the same way as above.
  {
    name: 'rx-process/http',
    script: 'server-rx-process-http.ts',
    protocol: 'ws',
    path: '/ws',
    only: 'connect',
  },
  { name: 'socketio', script: 'server-socketio.ts', protocol: 'socketio', path: '/socket.io/' },
  // What Express alone costs a connect: the floor under everything that runs the application.
  {
    name: 'ws + express',
    script: 'server-ws-express.ts',
    protocol: 'ws',
    path: '/ws',
    only: 'connect',
  },
  // The baseline a second time: how far its ratio is from 1 is the noise of the run.
  { name: 'ws again', script: 'server-ws.ts', protocol: 'ws', path: '/ws' },
];
