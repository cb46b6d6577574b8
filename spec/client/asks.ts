import type { ChannelError, ClientOptions, RequestOptions } from '../../lib/client/index.js';
import { does, type Plan, play, type Scene } from './support.js';

export type Log = (what: string) => void;
const logs = new WeakMap<object, Log>();

/** Asks something; what becomes of it is in the log. */
export const asks = (what: string, options?: RequestOptions) =>
  does(({ client }) => {
    const log = logs.get(client) as Log;
    client.request(what, null, options).subscribe({
      next: (value) => log(`${what} = ${JSON.stringify(value)}`),
      error: ({ code }: ChannelError) => log(`${what} fails: ${code}`),
    });
  });

/** Keeps the log of a scene for what is asked in it. */
export const remember = ({ client }: Scene, log: Log): void => {
  logs.set(client, log);
};

export const run = (
  plan: Plan,
  options: ClientOptions & { readonly over?: number } = {},
): string[] =>
  play(plan, options, remember).filter((each) => !/dial|connecting|open|waiting|close/.test(each));
