import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onCleanup, within } from '../express/support.js';
import { freePort } from './freePort.js';

/** A server of a document, running in a process of its own. */
export interface Served {
  /** Where it says to open it. */
  readonly url: string;
  /** Asks it to end, as a deployment does; its exit code, or the signal that ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | string>;
}

/**
 * Runs a server as its document says, in a shell, on a free port, until it prints where to open it. Ended by
 * `cleanUp` at the latest.
 */
export async function served(command: string, cwd: string): Promise<Served> {
  const { NODE_ENV, ...env } = process.env;
  const child = spawn(command, {
    cwd,
    env: { ...env, PORT: String(await freePort()) },
    shell: true,
    // A group of its own: a signal to it reaches what npx and the shell have started, too.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const ended = once(child, 'close');
  const address = new Promise<string>((resolve, reject) => {
    const listen = (chunk: Buffer): void => {
      said += chunk;
      const [, url] = /^(?:open|listening on) (http:\S+)\n/m.exec(said) ?? [];
      if (url !== undefined) resolve(url);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    ended.then(() => reject(new Error(`'${command}' in ${cwd} has ended: ${said}`)));
  });
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string> => {
    if (child.exitCode === null && child.signalCode === null)
      process.kill(-Number(child.pid), signal);
    const [code, ending] = await within(ended, `the end of '${command}'`, 10_000);
    return code ?? ending;
  };
  onCleanup(() => stop());
  return { url: await within(address, `an address by '${command}'`, 30_000), stop };
}
