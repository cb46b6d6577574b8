import type { ClientOptions } from 'ws';
import { COMPRESSION, type Outbound } from './outboundOptions.js';
import { fragmentsOf } from './upgradeServer.js';

/** What `ws` is told to connect by. */
export function clientOptions(outbound: Outbound, closeTimeout: number): ClientOptions & Unknown {
  const { headers, readLimit, compression } = outbound;
  const isAlone = compression === COMPRESSION.NO_CONTEXT_TAKEOVER;
  const offer = {
    serverNoContextTakeover: isAlone,
    clientNoContextTakeover: isAlone,
    // The server may not ask for a smaller window than the one that `encodeMasked` uses.
    clientMaxWindowBits: false as unknown as number,
  };
  return {
    headers,
    followRedirects: false,
    perMessageDeflate: compression === COMPRESSION.DISABLED ? false : offer,
    maxPayload: readLimit,
    maxFragments: fragmentsOf(readLimit),
    maxBufferedChunks: 65_536,
    // `WireSocket` answers.
    autoPong: false,
    closeTimeout,
  };
}

/** Options that the types of `ws` do not know yet. */
interface Unknown {
  readonly closeTimeout: number;
  readonly maxBufferedChunks: number;
}
