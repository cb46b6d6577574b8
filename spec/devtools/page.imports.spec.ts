import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { folderOf, target } from '../support/graph.js';
import { readLib } from '../support/source.js';

const LIB = new URL('../../lib/', import.meta.url);
const PAGE = 'devtools/page/';

describe('the page of the devtools', () => {
  it('stands on what browsers have: the wire, the client and the protocol, rxjs, preact and uplot', () => {
    const isKnown = ({ file = '', package: name }: ReturnType<typeof target>): boolean => {
      if (name !== undefined) return ['rxjs', 'preact', 'uplot'].includes(name);
      const isOurs = file.startsWith(PAGE) || file.startsWith('devtools/wire/');
      return isOurs || ['client', 'protocol'].includes(folderOf(file));
    };
    const wrong = readLib(PAGE).flatMap((source) =>
      source.imports
        .filter((each) => !isKnown(target(source, each)))
        .map(({ from, line }) => `${source.path}:${line} imports ${from}`),
    );

    expect(wrong).toEqual([]);
  });

  it('is bundled, and imported by nothing: who mounts the devtools needs neither preact nor uplot', () => {
    const others = readdirSync(LIB, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.endsWith('.ts') && !path.startsWith(PAGE),
    );
    const wrong = others.filter((path) =>
      /(from|import) ?\(?'(preact|uplot|[^']*\/page\/)/.test(
        readFileSync(new URL(path, LIB), 'utf8'),
      ),
    );

    expect(others.length).toBeGreaterThan(300);
    expect(wrong).toEqual([]);
  });
});
