import { shown } from '../core/index.js';
import type { Command, Context } from './command.js';
import { Failure } from './failure.js';
import type { Place } from './listen.js';
import { readToken } from './readTarget.js';
import { untilTold } from './untilTold.js';

/** Runs a server of channels, or what a file says, until it is told to end (CL6). */
export const serve: Command = {
  name: 'serve',
  about: 'run a server until Ctrl-C: /ws and /ws/:channel, or what a file says',
  operand: { name: '[config.yaml]' },
  options: ['import', 'token-file'],
  async *run({ values, operand }, { env }) {
    const token = readToken(values, env);
    const { Application } = await import('./application.js').catch(missing);
    const application = new Application();
    if (values.import !== undefined) await application.import(values.import);
    const rows = await application.listen(operand ?? readPlace(env), token);
    const told = untilTold();
    yield { rows };
    await told;
    await application.end();
    // What a user's module has begun, a timer say, does not keep it.
    process.exit();
  },
};

/** Where to listen without a file. */
function readPlace({ PORT = '', HOST = '' }: Context['env']): Place {
  const port = PORT === '' ? 3000 : Number(PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Failure('usage', `PORT: ${shown(PORT)} is no number from 0 to 65535`);
  }
  const cure = 'set PORT to another one, or to 0 for any that is free';
  return { host: HOST === '' ? '127.0.0.1' : HOST, port, cure };
}

/** Express is a peer that only this command needs. */
function missing(error: NodeJS.ErrnoException): never {
  if (error.code !== 'ERR_MODULE_NOT_FOUND' || !error.message.includes("'express'")) throw error;
  throw new Failure('unexpected', 'serve needs Express: npm install rx-process rxjs express');
}
