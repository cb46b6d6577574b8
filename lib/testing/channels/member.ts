import type { Connection } from '../../channels/index.js';
import { knownOptions } from '../../core/index.js';
import { V1 } from '../../protocol/index.js';

/**
 * A client for a diagram of a channel's behaviour (CT1): nothing is connected. The same name gives an equal client, so
 * that one in `values` and one in what is expected are the same.
 *
 * @param options `identity`: default the name; `protocol`: default v1; `metadata`: default none
 * @throws ProcessError `Invalid` for an unknown option.
 * @example const alice = member('alice');
 */
export function member(name: string, options: MemberOptions = {}): Connection {
  knownOptions('member', options, { identity: true, protocol: true, metadata: true });
  return {
    pid: `{websocket|0x${numberOf(name).toString(16).padStart(6, '0')}}`,
    id: name,
    identity: 'identity' in options ? options.identity : name,
    metadata: options.metadata ?? {},
    connectedAt: 0,
    address: '127.0.0.1',
    userAgent: undefined,
    protocol: options.protocol ?? V1,
  };
}

/** Of a client, what behaviours look at. */
export type MemberOptions = Partial<Pick<Connection, 'identity' | 'protocol' | 'metadata'>>;

/** A number that goes with a name, of 24 bits. */
function numberOf(name: string): number {
  let number = 0x811c9d;
  for (const char of name) number = ((number ^ (char.codePointAt(0) ?? 0)) * 0x0193) & 0xffffff;
  return number;
}
