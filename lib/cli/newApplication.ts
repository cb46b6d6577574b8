import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shown } from '../core/index.js';
import type { Command } from './command.js';
import { defaultInfo } from './defaultInfo.js';
import { Failure } from './failure.js';

/** Writes a small application into an empty folder: a channel, its test, a server and a page (CL6). */
export const newApplication: Command = {
  name: 'new',
  about: 'write a small application: a channel, its test, a page',
  operand: { name: '<folder>' },
  options: [],
  async *run({ operand = '.' }) {
    const folder = resolve(operand);
    makeEmpty(folder, operand);
    cpSync(TEMPLATE, folder, { recursive: true });
    // npm publishes no file of the name that git wants.
    renameSync(join(folder, 'gitignore'), join(folder, '.gitignore'));
    writeFileSync(join(folder, 'package.json'), packageOf(folder));
    const way = relative('.', folder);
    yield [
      `A chat is in ${shown(way || '.')}: a channel, its test, a server, and a page. Now type`,
      '',
      ...(way === '' ? [] : [`  cd ${/\s/.test(way) ? shown(way) : way}`]),
      '  npm install',
      '  npm start',
    ].join('\n');
  },
};

const TEMPLATE = fileURLToPath(new URL('../../templates/app', import.meta.url));

/** A `Failure` (usage) if there is something already. */
function makeEmpty(folder: string, name: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Failure('usage', `new: ${shown(name)} cannot be made (${code})`);
  }
  if (readdirSync(folder).length > 0) {
    throw new Failure('usage', `new: ${shown(name)} is not empty`);
  }
}

/** The template's, with the folder's name and this release. */
function packageOf(folder: string): string {
  const template = JSON.parse(readFileSync(join(TEMPLATE, 'package.json'), 'utf8'));
  const own = { [defaultInfo.info.name]: defaultInfo.info.version };
  const dependencies = { ...template.dependencies, ...own };
  return `${JSON.stringify({ ...template, name: nameOf(folder), dependencies }, undefined, 2)}\n`;
}

/** A name that npm takes. */
function nameOf(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '-');
  return name.replace(/^-|-$/g, '') || 'app';
}
