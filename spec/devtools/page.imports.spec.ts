import { describe, expect, it } from '@jest/globals';
import { folderOf, target } from '../support/graph.js';
import { type Import, readLib, type Source } from '../support/source.js';

const offend = (wrong: (source: Source, each: Import) => boolean): readonly string[] =>
  readLib().flatMap((source) =>
    source.imports
      .filter((each) => wrong(source, each))
      .map(({ from, line }) => `${source.path}:${line} imports ${from}`),
  );

describe('the page of the devtools', () => {
  const isPage = (path: string): boolean => path.startsWith('devtools/page/');

  it('stands on what browsers have: the wire, the client and the protocol, rxjs, preact and uplot', () => {
    const wrong = offend((source, each) => {
      if (!isPage(source.path)) return false;
      const { file = '', package: name } = target(source, each);
      if (name !== undefined) return !['rxjs', 'preact', 'uplot'].includes(name);
      const isOurs = isPage(file) || file.startsWith('devtools/wire/');
      return !isOurs && !['client', 'protocol'].includes(folderOf(file));
    });

    expect(wrong).toEqual([]);
  });

  it('is bundled, and imported by nothing: who mounts the devtools needs neither preact nor uplot', () => {
    const wrong = offend((source, each) => {
      if (isPage(source.path)) return false;
      const { file = '', package: name = '' } = target(source, each);
      return isPage(file) || ['preact', 'uplot'].includes(name);
    });

    expect(wrong).toEqual([]);
  });
});
