import { isOverflow } from '../codec/index.js';
import { type Message, shown, textOf } from '../core/index.js';

/** What is wrong with a `ws.send` that cannot be a frame, and what to send instead (W2); nothing of its data. */
export function malformedSend({ payload, from }: Message): string {
  return `malformed ws.send from ${from ?? 'outside'} ignored: ${whyMalformed(payload)}`;
}

function whyMalformed(payload: unknown): string {
  if (typeof payload !== 'object' || payload === null) {
    return `give { data }, not ${kindOf(payload)}`;
  }
  try {
    const { type, data, overflow, key } = payload as { readonly [field: string]: unknown };
    if (type !== undefined && type !== 'text' && type !== 'binary') {
      return `type is 'text' or 'binary', not ${kindOf(type)}`;
    }
    if (overflow !== undefined && !isOverflow(overflow)) {
      return `overflow is 'close', 'dropOldest' or 'latest', not ${shown(overflow)}`;
    }
    if (key !== undefined && typeof key !== 'string') return `key is a text, not ${kindOf(key)}`;
    if (key !== undefined && overflow !== undefined && overflow !== 'latest') {
      return `a key goes with overflow 'latest', not ${kindOf(overflow)}`;
    }
    if (type === 'text' && ArrayBuffer.isView(data)) return "data are bytes: leave type 'text' out";
    return `data is a text or bytes, not ${kindOf(data)}; JSON.stringify an object`;
  } catch (error) {
    return `it cannot be read: ${textOf(() => error)}`;
  }
}

const kindOf = (value: unknown): string => (value === null ? 'null' : typeof value);
