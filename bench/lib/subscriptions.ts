// The server's half of bench:channels: all its connections subscribe, and leave, when it is asked over HTTP.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { median } from './report.js';
import { stats } from './serve.js';

/** What is measured: how a server's own code puts a connection into a channel, and out of it. */
export interface Subscribing<C> {
  connections(): readonly C[];
  subscribe(connection: C, channel: string): void;
  leave(connection: C, channel: string): void;
}

/** Made beforehand, as the text of a name is no cost of a subscription. */
const channels = Array.from({ length: 1_000 }, (_, n) => `channel:${n}`);

/**
 * The whole application, with `each` channels a connection: `/subscribe?each=20` subscribes all connections, `/leave`
 * takes them out again, `/time` does both over and over and answers what one costs; `/stats` as ever.
 */
export function subscriptions<C>(subscribing: Subscribing<C>) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const each = Number(searchParams.get('each'));
    const answer = (body: object): void => void response.end(JSON.stringify(body));
    const { subscribe, leave } = subscribing;
    if (pathname === '/stats') void stats(request, response);
    else if (pathname === '/subscribe') answer(forAll(subscribing, each, subscribe));
    else if (pathname === '/leave') answer(forAll(subscribing, each, leave));
    else if (pathname === '/time') answer(timed(subscribing, each));
    else response.writeHead(404).end();
  };
}

/** Each channel gets as many members as any other; returns nanoseconds of processor time, all threads, for each. */
function forAll<C>(
  subscribing: Subscribing<C>,
  each: number,
  one: (connection: C, channel: string) => void,
): { readonly nanoseconds: number } {
  const connections = subscribing.connections();
  const step = Math.floor(channels.length / each);
  const before = process.cpuUsage();
  connections.forEach((connection, n) => {
    for (let k = 0; k < each; k += 1) {
      one(connection, channels[(n + k * step) % channels.length] as string);
    }
  });
  const { user, system } = process.cpuUsage(before);
  return { nanoseconds: ((user + system) * 1_000) / (connections.length * each) };
}

function timed<C>(subscribing: Subscribing<C>, each: number) {
  const passes = Array.from({ length: each === 1 ? 20 : 8 }, () => ({
    subscribe: forAll(subscribing, each, subscribing.subscribe).nanoseconds,
    leave: forAll(subscribing, each, subscribing.leave).nanoseconds,
  }));
  // The first ones compile.
  const hot = passes.slice(passes.length >> 2);
  return {
    subscribe: median(hot.map((pass) => pass.subscribe)),
    leave: median(hot.map((pass) => pass.leave)),
  };
}
