import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { allChecks } from '../../lib/cli/conformance/allChecks.js';
import { Program } from '../../lib/cli/conformance/program.js';
import { runChecks, type Verdict } from '../../lib/cli/conformance/runChecks.js';
import { describeWith } from './need.js';

const PYTHON = '/usr/bin/python3';
const CLIENT = 'examples/python-client';
const FOLDER = join('.tmp', 'python-client');

/** What the checks say of the client in a folder. */
async function verdicts(folder: string, names: readonly string[], tries = 2): Promise<Verdict[]> {
  const chosen = allChecks.filter(({ name }) => names.includes(name));
  const start = (): Program => new Program(`${PYTHON} -W ignore ${join(folder, 'conformance.py')}`);
  const all: Verdict[] = [];
  for await (const verdict of runChecks(start, chosen, tries)) all.push(verdict);
  return all;
}

/** A client that does one thing wrong, and the check that finds it. */
const BROKEN = [
  { check: 'offer', has: '[*bearer, "rx-process.unsupported"', was: '[V1, *bearer, "rx-process.unsupported"' },
  { check: 'hello', has: '_within(5, self._ws.recv()))["hello"]', was: '_within(10, self._ws.recv()))["hello"]' },
];
