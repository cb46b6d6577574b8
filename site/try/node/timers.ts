const { port1, port2 } = new MessageChannel();
const waiting: (() => void)[] = [];
port1.onmessage = () => waiting.shift()?.();

/** As soon as the event loop comes round, without the 4 ms that a browser's timers wait at least. */
export function setImmediate<A extends unknown[]>(run: (...args: A) => void, ...args: A): void {
  waiting.push(() => run(...args));
  port2.postMessage(undefined);
}
