import { describe, expect, it } from '@jest/globals';
import { parsePid } from '../../lib/core/index.js';
import type { Process } from '../../lib/runtime/process/process.js';
import { PidWriter } from '../../lib/runtime/registry/pidWriter.js';
import { ProcessTable } from '../../lib/runtime/registry/processTable.js';

const processOf = (pid: string): Process =>
  ({ pid, number: Number(parsePid(pid).uniq) }) as Process;

describe('ProcessTable', () => {
  it.each([1, 255, 256, 0xfffff, 0x100000, 2 ** 28 - 1, 2 ** 28, 2 ** 32 + 5, 2 ** 40])(
    'finds process number %d, and nobody after it is gone (P1)',
    (number) => {
      const table = new ProcessTable();
      const near = [number, number + 1, number + 256].map((n) =>
        new PidWriter('n', 'main').write(n),
      );
      for (const pid of near) table.add(processOf(pid));

      expect(near.map((pid) => table.get(pid)?.pid)).toEqual(near);
      expect([table.size, [...table.values()].length]).toEqual([3, 3]);
      for (const pid of near) table.delete(processOf(pid));
      expect([table.size, near.map((pid) => table.has(pid)), [...table.values()]]).toEqual([
        0,
        [false, false, false],
        [],
      ]);
    },
  );

  it.each([
    'lobby',
    'max',
    '',
    '{main|0x00002}',
    '{other|0x00001}',
    '{n@main|0x00001}',
    '0x00001}',
    'é0x00001}',
    undefined,
    null,
    7,
  ])('has nobody under %p', (text) => {
    const table = new ProcessTable();
    table.add(processOf('{main|0x00001}'));

    expect(table.get(text as string)).toBeUndefined();
  });
});
