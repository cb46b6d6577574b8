import type { BeatPort } from './membership/membership.js';
import { Subjects } from './transport/subjects.js';
import type { Packer } from './wire/loadPacker.js';

/** How beats of a cluster travel: one MessagePack value on a subject of the node's name (D4, D18). */
export function beats(packer: Packer, cluster: string): BeatPort {
  const subjects = new Subjects(cluster);
  return {
    subject: (name) => subjects.beat(name),
    encode: (beat) => packer.pack(beat),
    decode: (bytes) => {
      const values: unknown[] = [];
      try {
        packer.unpack(bytes, (value) => values.push(value));
      } catch {
        return undefined;
      }
      return values[0];
    },
  };
}
