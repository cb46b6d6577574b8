import { type Message, textOf } from '../core/index.js';

/** What is wrong with a `ws.send` that cannot be a frame, and what to send instead (W2); nothing of its data. */
export function malformedSend({ payload, from }: Message): string {
  return `malformed ws.send from ${from ?? 'outside'} ignored: ${whyMalformed(payload)}`;
}

function whyMalformed(payload: unknown): string {
  if (typeof payload !== 'object' || payload === null) {
    return `give { data }, not ${kindOf(payload)}`;
  }
  try {
    const { type, data } = payload as { readonly type?: unknown; readonly data?: unknown };
    if (type !== undefined && type !== 'text' && type !== 'binary') {
      return `type is 'text' or 'binary', not ${kindOf(type)}`;
    }
    if (type === 'text' && ArrayBuffer.isView(data)) return "data are bytes: leave type 'text' out";
    return `data is a text or bytes, not ${kindOf(data)}; JSON.stringify an object`;
  } catch (error) {
    return `it cannot be read: ${textOf(() => error)}`;
  }
}

const kindOf = (value: unknown): string => (value === null ? 'null' : typeof value);
