import { createRequire } from 'node:module';
import { ProcessError } from '../../core/index.js';
import { revive, Tagged } from './tagged.js';

/**
 * Loads msgpackr, an optional peer, when a system joins a cluster, and synchronously: under virtual time nothing may
 * wait for a promise. All clusters of a program share the packer, which keeps nothing from one value to the next.
 *
 * @throws ProcessError `Unavailable`: it is not installed.
 */
export function loadPacker(): Packer {
  packer ??= packerOf(createRequire(import.meta.url));
  return packer;
}

let packer: Packer | undefined;

/** MessagePack: one value to bytes, and bytes to the values that stand in them. */
export interface Packer {
  /** The bytes of one value; they are not written over later, so they may be kept. */
  pack(value: unknown): Uint8Array;
  /** Hands over each value with its number; throws whatever it likes for bytes that are none. */
  unpack(bytes: Uint8Array, each: (value: unknown, index: number) => void): void;
}

/** Makes a packer of what `load` finds. */
export function packerOf(load: (name: string) => unknown): Packer {
  const { Packr, addExtension } = msgpackr(load);
  addExtension({
    Class: Tagged,
    type: EXTENSION,
    write: ({ tag, value }: Tagged) => [tag, value],
    read: revive,
  });
  const packr = new Packr({
    useRecords: false,
    // Objects of more than 65,535 keys, and none of their inherited ones.
    variableMapSize: true,
    // BigInts of more than 64 bits.
    moreTypes: true,
    // What comes out has bytes of its own, not a view of the frame.
    copyBuffers: true,
    useToJSON: false,
    // Nothing refers back to anything, so what comes out is a tree.
    structuredClone: false,
  });
  // Entries are parts of such a piece, and go with their frames; one of msgpackr's own holds but some 50 of them.
  // biome-ignore lint/correctness/useHookAtTopLevel: it is no hook of React's.
  packr.useBuffer(Buffer.allocUnsafeSlow(64 * 1024));
  return {
    pack: (value) => packr.pack(value),
    unpack(bytes, each) {
      let index = 0;
      packr.unpackMultiple(
        Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
        (value, start = 0, end = 0) => {
          // A bundle of strings, an extension of msgpackr's, can lead back to where it has begun, for ever.
          if (end <= start) throw new RangeError('it leads back');
          each(value, index++);
        },
      );
    },
  };
}

/** Of the range that msgpackr leaves to its users. */
const EXTENSION = 94;

type Msgpackr = typeof import('msgpackr');

function msgpackr(load: (name: string) => unknown): Msgpackr {
  try {
    return load('msgpackr') as Msgpackr;
  } catch (cause) {
    throw new ProcessError(
      'Unavailable',
      'a cluster needs msgpackr, which cannot be loaded: npm install msgpackr',
      { cause },
    );
  }
}
