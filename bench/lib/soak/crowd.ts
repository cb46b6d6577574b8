import { setTimeout as sleep } from 'node:timers/promises';
import { clientFrame, OPCODE } from '../../../lib/testing/faults/clientFrame.js';
import { Peer } from '../../../lib/testing/faults/peer.js';
import { targetOf } from '../../../lib/testing/faults/target.js';
import { slowReader, vanish } from '../../../lib/testing/index.js';

/** Who is beside a well-behaved client: how many of each kind. */
export const CROWDS: Readonly<Record<string, readonly (readonly [number, Kind])[]>> = {
  nobody: [],
  stalled: [[1, 'stalled']],
  twenty: [
    [4, 'bytes'],
    [3, 'mebibytes'],
    [3, 'fragments'],
    [3, 'pings'],
    [2, 'pongs'],
    [3, 'stalled'],
    [2, 'resets'],
  ],
};

type Kind = keyof typeof FLOODS | 'stalled' | 'resets';

/** What is sent again and again, as fast as TCP takes it. */
const FLOODS = {
  bytes: Buffer.concat(Array<Buffer>(1_000).fill(clientFrame(OPCODE.text, 'x'))),
  mebibytes: clientFrame(OPCODE.binary, new Uint8Array(1024 * 1024)),
  fragments: Buffer.concat([
    clientFrame(OPCODE.text, 'x', false),
    ...Array<Buffer>(1_000).fill(clientFrame(OPCODE.more, 'x', false)),
    clientFrame(OPCODE.more, 'x'),
  ]),
  pings: Buffer.concat(Array<Buffer>(50).fill(clientFrame(OPCODE.ping, 'x'))),
  pongs: Buffer.concat(Array<Buffer>(1_000).fill(clientFrame(OPCODE.pong, 'x'))),
} as const;

/** Misbehaves for ever; who is thrown out comes again. */
export async function misbehave(url: string, kind: Kind): Promise<never> {
  for (;;) {
    if (kind === 'resets') await vanish(url, { messages: ['x'] });
    // What comes back for these is less than is closed for, and nobody reads it.
    else if (kind === 'stalled') {
      await slowReader(url, { bytesPerSecond: 0, messages: [BIG, BIG, BIG], timeout: 0 });
    } else await flood(url, FLOODS[kind]);
    await sleep(10);
  }
}

const BIG = new Uint8Array(1024 * 1024);

async function flood(url: string, bytes: Buffer): Promise<void> {
  const peer = new Peer(targetOf('crowd', url), {
    open: ({ socket }) => {
      const more = (): void => {
        if (socket.writable) socket.write(bytes, more);
      };
      more();
    },
  });
  await peer.ended;
}
