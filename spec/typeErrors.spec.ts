import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const folder = join(process.cwd(), '.tmp', 'typeErrors');

const PRELUDE = `
import type { ServerResponse } from 'node:http';
import { type Behavior, type System, send, topic } from 'rx-process';
import { type RelayBehavior, setRelay } from 'rx-process/express';
import { map, of } from 'rxjs';
declare const system: System;
declare const res: ServerResponse;
declare const greeter: RelayBehavior<{ readonly user: string }>;
const count = topic<number>('count');
`;

/** A mistake, and what the compiler says of it at the end: there it names what was given and what is allowed. */
const MISTAKES = [
  {
    what: 'a pipeline of numbers',
    code: 'system.spawn((inbox) => inbox.pipe(map(() => 5)));',
    says: "Type 'number' is not assignable to type 'void | Command'.",
  },
  {
    what: 'a behaviour of texts',
    code: "const texts: Behavior = () => of('text');",
    says: "Type 'string' is not assignable to type 'void | Command'.",
  },
  {
    what: 'a promise of a number',
    code: 'system.spawn(async () => 5);',
    says: "Type 'number' is not assignable to type 'void | Command'.",
  },
  {
    what: 'a generator of numbers',
    code: "system.define('numbers', async function* () { yield 5; });",
    says: "Type 'number' is not assignable to type 'void | Command'.",
  },
  {
    what: 'commands in a list',
    code: "system.spawn((inbox) => inbox.pipe(map(() => [send('log', 'seen')])));",
    says: "Type 'Command[]' is not assignable to type 'void | Command'.",
  },
  {
    what: 'no payload',
    code: "send('log', count);",
    says: 'Expected 3 arguments, but got 2.',
  },
  {
    what: 'a payload of another type',
    code: "system.call('log', count, 'one');",
    says: "Argument of type 'string' is not assignable to parameter of type 'number'.",
  },
  {
    what: 'metadata without what the target reads',
    code: "setRelay(res, { target: greeter, metadata: { name: 'ada' } });",
    says: "Property 'user' is missing in type '{ name: string; }' but required in type '{ readonly user: string; }'.",
  },
];

describe('the compiler', () => {
  let said: readonly string[];

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    const config = { extends: '../../tsconfig.json', include: ['.'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    for (const [i, { code }] of MISTAKES.entries()) {
      writeFileSync(join(folder, `mistake${i}.ts`), PRELUDE + code);
    }
    said = await compile();
  }, 60_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(MISTAKES.map((mistake, i) => ({ ...mistake, i })))('names $what', ({ i, says }) => {
    const errors = said.filter((error) => error.includes(`mistake${i}.ts`));

    expect(errors).toEqual([expect.stringMatching(/error TS\d+/)]);
    expect(errors[0]?.split('\n').at(-1)).toContain(says);
  });
});

/** Runs the compiler over the folder; resolves with its errors, which may have several lines each. */
async function compile(): Promise<readonly string[]> {
  const tsc = spawn(process.execPath, ['node_modules/typescript/bin/tsc', '-p', folder]);
  let output = '';
  tsc.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await once(tsc, 'close');
  return output.trimEnd().split(/\n(?! )/);
}
