import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { EntryWriter } from '../../../lib/cluster/wire/entryWriter.js';
import { ENTRIES } from './everyEntry.js';
import { packer, read } from './support.js';

const FOLDER = new URL('recorded/', import.meta.url);
const recordings = readdirSync(FOLDER).map((file) => ({
  release: file.replace('.json', ''),
  entries: JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Record<string, string>,
}));

/**
 * What each release has said. A release adds its file and changes none: made with
 * `Object.fromEntries(ENTRIES.map(({ name, entry }) => [name, base64 of what a new EntryWriter writes]))`.
 */
describe('bytes of a release', () => {
  it.each(recordings)('are still read: $release (D25)', ({ entries }) => {
    const known = new Map(ENTRIES.map(({ name, entry }) => [name, entry]));
    const found = Object.entries(entries).map(([name, text]) => [
      name,
      read(Buffer.from(text, 'base64'))[0],
    ]);

    expect(found).toEqual(Object.keys(entries).map((name) => [name, known.get(name)]));
  });

  it('are those of this release, with an entry of each kind (D25)', () => {
    const written = ENTRIES.map(({ name, entry }) => [
      name,
      Buffer.from(new EntryWriter(packer).write(entry)).toString('base64'),
    ]);

    expect(recordings.map(({ entries }) => entries)).toContainEqual(Object.fromEntries(written));
    expect(new Set(ENTRIES.map(({ entry }) => entry.kind)).size).toBe(18);
  });

  it('have also as an address behind a message (D21, D25)', () => {
    const [send] = ENTRIES;
    const also = Buffer.from([0x92, 2, 0xa4, ...Buffer.from('mail')]);
    const bodies = recordings.map(({ entries }) =>
      Buffer.concat([Buffer.from(entries.send ?? '', 'base64'), also]),
    );

    expect(bodies.map((body) => read(body)[1])).toEqual(
      bodies.map(() => ({ ...send?.entry, to: 'mail' })),
    );
  });
});
