import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

/** The files of the library that name a module in an import which is not erased, or require it. */
function whoLoads(module: string): string[] {
  const lib = new URL('../../lib/', import.meta.url);
  const files = readdirSync(lib, { recursive: true, encoding: 'utf8' });
  const loads = new RegExp(
    `^(import|export) (?!type )[^;]*from '${module}|(import|require)\\(\\s*'${module}`,
    'm',
  );
  return files
    .filter((file) => file.endsWith('.ts') && loads.test(readFileSync(new URL(file, lib), 'utf8')))
    .sort();
}

describe('a system without a cluster', () => {
  it('loads neither msgpackr nor @nats-io: who needs them asks for them when it joins (D72)', () => {
    expect(whoLoads('msgpackr')).toEqual(['cluster/wire/loadPacker.ts']);
    const nats = whoLoads('@nats-io/');
    expect(nats.length).toBeGreaterThan(0);
    expect(nats.filter((file) => !/^(cluster\/transport|jetstream)\//.test(file))).toEqual([]);
  });

  it('loads nothing of the cluster (D72)', () => {
    const outside = whoLoads('(\\.\\./)+cluster/index\\.js').filter(
      (file) => !/^(cluster|testing|jetstream)\//.test(file),
    );
    expect(outside).toEqual([]);
  });
});
